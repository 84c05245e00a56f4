// Refuses to deploy the stage "local", ends local runs, says while packaging which hashes cannot be checked in time.
const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { configFacts } = require("./config-facts.cjs");

// lib/app.ts: half of the trigger's time is for hashes, and Lambda gives one whole processor at 1,769 MB.
const hashMs = 2000;
const wholeProcessorMb = 1769;
const hashMemoryShare = 0.4;
const hashMemoryMb = 512;

class SamekeyPlugin {
  constructor(serverless, _options, { log }) {
    this.serverless = serverless;
    this.log = log;
    this.hooks = {
      initialize: () => this.checkStage(),
      "after:package:createDeploymentArtifacts": () => this.checkHashes(),
      "before:invoke:local:invoke": () => startClock(),
      finalize: () => this.endLocalRun(),
      error: () => this.endLocalRun(),
    };
  }

  checkStage() {
    const stage = this.serverless.getProvider("aws").getStage();
    if (stage !== "local") return;
    const command = this.serverless.processedInput.commands.join(" ");
    if (command === "invoke local" && !existsSync(join(this.serverless.serviceDir, ".env.local"))) {
      throw new this.serverless.classes.Error(
        "There is no .env.local: the stage local is the one that `npm start` runs. Start it in another terminal first.",
      );
    }
    if (["invoke local", "package", "print"].includes(command)) return;
    throw new this.serverless.classes.Error(
      `The stage local lives on this machine alone: \`${command}\` is refused. Give another one, as in --stage dev.`,
    );
  }

  // What the function keeps open for its next event (the legacy database, the SDK's sockets), and esbuild after a
  // failure, would keep the CLI alive for ever. Half a second is for the output.
  endLocalRun() {
    if (this.serverless.processedInput.commands.join(" ") !== "invoke local") return;
    setTimeout(() => process.exit(), 500).unref();
  }

  async checkHashes() {
    const { provider, functions, custom } = this.serverless.service;
    const memoryMb = functions.userMigration?.memorySize ?? provider.memorySize;
    const { hashes } = await configFacts(custom.config);
    for (const { name, costMs, memoryBytes } of hashes) {
      const ms = Math.round(costMs / Math.min(1, memoryMb / wholeProcessorMb));
      if (ms > hashMs) {
        this.log.warning(
          `userMigration has ${memoryMb} MB: a usual ${name} hash takes about ${ms} ms there, allowed are ${hashMs}. ` +
            `Its users cannot sign in.${memoryMb < wholeProcessorMb ? ` More memory is more processor, up to ${wholeProcessorMb} MB.` : ""}`,
        );
      }
      const needed = Math.ceil(memoryBytes / 1_048_576);
      const allowed = Math.floor(Math.min(memoryMb * hashMemoryShare, hashMemoryMb));
      if (needed > allowed) {
        this.log.warning(
          `userMigration has ${memoryMb} MB: a usual ${name} hash needs ${needed} MiB, allowed are ${allowed}. ` +
            `Its users cannot sign in.`,
        );
      }
    }
  }
}

// A function takes what its process has spent before the first event off the event's time. Here that process is the
// CLI's, so its clock starts over where the function's start begins.
function startClock() {
  const read = performance.now.bind(performance);
  const startedAt = read();
  performance.now = () => read() - startedAt;
}

module.exports = SamekeyPlugin;
