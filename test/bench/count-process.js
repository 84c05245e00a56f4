// The process of `bench -- cold-instructions`: loads a bundle and gives it one event, under valgrind and so some fifty
// times slower. Its clocks are slowed as much, so that no deadline ends what a real start would finish.
//
//   node count-process.js FILE EVENT
const slower = 200;
const read = performance.now.bind(performance);
performance.now = () => read() / slower;
const startTimer = globalThis.setTimeout;
globalThis.setTimeout = (callback, ms = 0, ...rest) => startTimer(callback, ms * slower, ...rest);

const [, , file = "", event = "{}"] = process.argv;
const { handler } = await import(file);
const answer = await handler(JSON.parse(event), { awsRequestId: "count", getRemainingTimeInMillis: () => 6000 });
process.stdout.write(`\n${JSON.stringify(answer)}\n`);
process.exit();
