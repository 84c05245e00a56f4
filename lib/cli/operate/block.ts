import { type Blocked, blockUser, unblockUser } from "../../core/block-user.ts";
import { good } from "../paint.ts";
import { confirm } from "./confirm.ts";
import { findUser, nameOf } from "./find-user.ts";
import { type Command, exitHelp, exits, fail, operate, placeHelp, say, userHelp } from "./setting.ts";

const accounts: Readonly<Record<Blocked["account"], string>> = {
  done: "",
  absent: "; the pool does not have him",
  foreign: "; the pool's user of that name is another one, and was left alone",
  unknown: "; no pool was given, so only the ledger was changed",
};

const block: Command = {
  help: `Blocks a user: no sign-in, reset or import moves him, the gate stops him, and in the pool he is disabled and signed out.

  npm run samekey -- block USER [options]

${userHelp}
${placeHelp}
  --yes                   does not ask

Access and id tokens that were handed out work until they end, wherever nobody asks Cognito about them.
${exitHelp}
`,
  words: ["yes"],
  user: true,
  async run(setting, { yes, json, ...given }) {
    const meant = await findUser(given, setting);
    if (meant.kind === "wrong") return fail(meant.text, exits.arguments);
    const { row } = meant;
    if (row === undefined)
      return fail("Samekey has no such user: who never came is disabled in the legacy store.", exits.nobody);
    if (row.state === "erased") return fail("That user was erased.", exits.nobody);
    const stop = await confirm(
      [`blocks ${nameOf(row)}, who is ${row.state}`, "disables and signs him out in the pool"],
      yes,
    );
    if (stop !== undefined) return stop;
    const done = await blockUser(row, setting, setting.signal);
    if (done.ledger === "erased") return fail("That user was erased meanwhile.", exits.nobody);
    const was = done.ledger === "stayed" ? "was blocked already" : "blocked";
    say(
      json,
      { command: "block", source: row.source, legacyId: row.legacyId, ...done },
      `${good("✓")} ${nameOf(row)} ${was}${accounts[done.account]}`,
    );
    return exits.done;
  },
};

const unblock: Command = {
  help: `Lets a blocked user in again: his former state, and enabled in the pool.

  npm run samekey -- unblock USER [options]

${userHelp}
${placeHelp}

${exitHelp}
`,
  words: ["yes"],
  user: true,
  async run(setting, { json, ...given }) {
    const meant = await findUser(given, setting);
    if (meant.kind === "wrong") return fail(meant.text, exits.arguments);
    const { row } = meant;
    if (row === undefined || row.state === "erased") return fail("Samekey has no such user.", exits.nobody);
    const done = await unblockUser(row, setting, setting.signal);
    if (done.ledger === "erased") return fail("That user was erased meanwhile.", exits.nobody);
    const was = done.ledger === "stayed" ? `is not blocked: ${row.state}` : `unblocked${accounts[done.account]}`;
    say(
      json,
      { command: "unblock", source: row.source, legacyId: row.legacyId, ...done },
      `${good("✓")} ${nameOf(row)} ${was}`,
    );
    return exits.done;
  },
};

export const runBlock = (args: readonly string[]) => operate(block, args);
export const runUnblock = (args: readonly string[]) => operate(unblock, args);
