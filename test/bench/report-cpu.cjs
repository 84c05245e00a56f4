// Loaded before the runtime of each measured process: tells on descriptor 3 what it took from its very start to its end.
const { writeSync } = require("node:fs");

process.once("exit", () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ cpuMs: (user + system) / 1000, rssMb: process.resourceUsage().maxRSS / 1024 }));
});
