// How the functions are bundled: as lib/local/bundle.ts does it, so that what runs on a laptop is what is deployed.
const { rmSync } = require("node:fs");
const { join } = require("node:path");
// Its banner gives require() to drivers that are CommonJS; a short name in it could be one that the minifier gives too.
const bundling = require("./bundling.json");

module.exports = (serverless) => {
  const local = serverless.processedInput.commands.join(" ") === "invoke local";
  // A folder of each run's own: what another run left behind would be packed too, and two runs would meet.
  const outputWorkFolder = join(".esbuild", String(process.pid));
  const folder = join(serverless.serviceDir, outputWorkFolder);
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return {
    ...bundling,
    conditions: configOf(serverless) === "demo" ? ["samekey-demo"] : [],
    // Lambda takes .mjs for an ES module whatever its loader's settings; `invoke local` cannot load it.
    outputFileExtension: local ? ".js" : ".mjs",
    // The native driver of pg, which nobody installs, and what MongoDB's needs for a sign-in with AWS credentials, which
    // the source does not offer. Lambda's own SDK is not used: its version is not ours.
    // @node-rs/argon2 is an adopter's choice, and a binary: docs/hashes.md says how it is taken along.
    // supports-color is a developer's tool here: `debug`, in tedious, takes it where it finds it.
    exclude: ["pg-native", "@node-rs/argon2", "@aws-sdk/credential-providers", "supports-color"],
    // A trace is never logged, so that a map would only make the package larger.
    sourcemap: false,
    outputWorkFolder,
  };
};

function configOf(serverless) {
  return serverless.service.custom.config;
}
