// What the deployment has to know of migration.config.ts, so that nothing is set in two places.
const { execFile } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

/**
 * @typedef {object} ConfigFacts
 * @property {"migrate" | "shadow"} mode
 * @property {"email" | "phone" | "username" | "alias"} userNames
 * @property {"sensitive" | "insensitive"} usernameCase
 * @property {"refuse" | "allow" | "link"} federated
 * @property {boolean} throttles Whether attempts are counted (throttle).
 * @property {boolean} hasCircuit Whether failures of all open a circuit.
 * @property {boolean} gateAsks Whether the gate asks the legacy store (gate.legacyCheck).
 * @property {boolean} hasStreamWork Whether something hangs on the ledger's changes (mark, drift, imports).
 * @property {boolean} marks Whether a source notes who has moved.
 * @property {boolean} joins Whether imported users get groups or identities (imports).
 * @property {"none" | "platform-wins" | "reset"} drift What a changed legacy password does; none: it is not watched.
 * @property {string} vaultKey The alias or ARN of the vault's KMS key; empty without a vault.
 * @property {string} erasureKey The secret that users are erased under; empty where nobody is.
 * @property {readonly { name: string, costMs: number, memoryBytes: number }[]} hashes One usual hash of each format.
 */

/** @type {Map<string, Promise<ConfigFacts>>} */
const read = new Map();

/**
 * @param {string} config "own" or "demo"
 * @returns {Promise<ConfigFacts>}
 */
function configFacts(config) {
  if (config !== "own" && config !== "demo") {
    return Promise.reject(told(`--param "config=${config}": allowed are own and demo`));
  }
  const reading = read.get(config) ?? readFacts(config);
  read.set(config, reading);
  return reading;
}

/** @param {"own" | "demo"} config */
function readFacts(config) {
  const conditions = config === "demo" ? ["--conditions=samekey-demo"] : [];
  const script = join(__dirname, "read-config.ts");
  // No NODE_OPTIONS: what a debugger or a test runner sets there is not for this process.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((resolve, reject) => {
    execFile(nodeOfProject(), [...conditions, script], { timeout: 30_000, env }, (error, stdout, stderr) => {
      if (error === null) return resolve(JSON.parse(stdout));
      const message = /^(?:MigrationError|Error): ([\s\S]*?)\n {4}at /m.exec(stderr)?.[1];
      reject(told(message ?? `the config could not be read:\n${stderr}`));
    });
  });
}

// The project's own Node runs TypeScript; the one that runs the CLI may be older.
function nodeOfProject() {
  const own = join(__dirname, "..", "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
  return existsSync(own) ? own : process.execPath;
}

/**
 * An error of a setting. The CLI prints the stack of what a file like this one throws; here it tells nothing.
 * @param {string} message
 */
function told(message) {
  const error = new Error(message);
  error.stack = message;
  return error;
}

module.exports = { configFacts, told };
