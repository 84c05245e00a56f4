// Runs inside an environment: loads the function's file, then takes events from the Runtime API one by one and posts
// each answer (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Plain JavaScript, so that a cold start
// pays for nothing but the function itself.
//
//   node bootstrap.js FILE EXPORT
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// As AWS's own runtime takes it: importing it would load undici, and hide what a function's own import of it costs.
const { Agent, request } = createRequire(import.meta.url)("node:http");

const [, , file = "", exportName = "handler"] = process.argv;
const { env } = process;
const [host, port] = (env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
// A function may replace these; the marks of its log's parts must come through all the same.
const writeOut = process.stdout.write.bind(process.stdout);
const writeErr = process.stderr.write.bind(process.stderr);

/** The event being worked on. */
let current;
let initialised = false;

// The runner holds the other end: when it goes away, however it goes, so does this process.
process.stdin.on("close", () => process.exit(0)).resume();

process.on("uncaughtException", (error) => fail("Uncaught Exception", describe(error), 129));
process.on("unhandledRejection", (reason) => {
  const described = {
    ...describe(reason),
    errorType: "Runtime.UnhandledPromiseRejection",
    errorMessage: String(reason),
  };
  fail("Unhandled Promise Rejection", described, 128);
});

const handler = await load().catch((error) => fail("Init Error", describe(error, importErrorType(error)), 1));
while (handler !== undefined) await serve(handler);

async function load() {
  const module = await import(pathToFileURL(file).href);
  const found = module[exportName] ?? module.default?.[exportName];
  if (typeof found === "function") return found;
  const missing = new Error(`${env._HANDLER} is undefined or not exported`);
  missing.name = "Runtime.HandlerNotFound";
  throw missing;
}

async function serve(run) {
  initialised = true;
  const { headers, body } = await call("GET", "invocation/next");
  current = headers["lambda-runtime-aws-request-id"];
  mark("\x1e", current);
  const { path, answer } = await answerTo(run, JSON.parse(body), contextOf(headers));
  const place = `invocation/${current}/${path}`;
  mark("\x1f", current);
  current = undefined;
  await call("POST", place, answer);
}

async function answerTo(run, event, context) {
  try {
    return { path: "response", answer: JSON.stringify((await run(event, context)) ?? null) };
  } catch (error) {
    const answer = JSON.stringify(describe(error));
    console.error(`Invoke Error ${answer}`);
    return { path: "error", answer };
  }
}

function contextOf(headers) {
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** Tells the runner about an error that ends this environment, and ends it. */
function fail(what, described, exitCode) {
  const body = JSON.stringify(described);
  console.error(`${what} ${body}`);
  const path = current === undefined ? "init/error" : `invocation/${current}/error`;
  if (current === undefined && initialised) process.exit(exitCode);
  call("POST", path, body).finally(() => process.exit(exitCode));
}

function describe(error, errorType) {
  if (!(error instanceof Error))
    return { errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] };
  return { errorType: errorType ?? error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
}

function importErrorType(error) {
  if (error?.code === "ERR_MODULE_NOT_FOUND") return "Runtime.ImportModuleError";
  return error instanceof SyntaxError ? "Runtime.UserCodeSyntaxError" : undefined;
}

function mark(sign, requestId) {
  writeOut(`${sign}${requestId}\n`);
  writeErr(`${sign}${requestId}\n`);
}

function call(method, path, body = "") {
  return new Promise((resolve, reject) => {
    const headers = method === "GET" ? {} : { "content-length": Buffer.byteLength(body) };
    const options = { host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers };
    const outgoing = request(options, (response) => {
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ headers: response.headers, body: text }));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
