import { relink } from "../../core/relink.ts";
import { good } from "../paint.ts";
import { confirm } from "./confirm.ts";
import { findUser, nameOf } from "./find-user.ts";
import { type Command, exitHelp, exits, fail, operate, placeHelp, say } from "./setting.ts";

const command: Command = {
  help: `Gives an identifier that the wrong user has to the other one. Two legacy users of one e-mail are a conflict: the first who
came has it, the second is refused. Mend the legacy store first, or the next import or sign-in claims it as before.

  npm run samekey -- relink IDENTIFIER --to SOURCE/ID [options]

  --to SOURCE/ID          whom it belongs to; without a row of his own his next sign-in takes it
${placeHelp}
  --yes                   does not ask

Conflicts are told where they happen: by the file of refused rows of an import, by the reason "conflict" in the log of
userMigration, by \`samekey status\` in a shadow run. The ledger keeps no list of them.
${exitHelp}
`,
  words: ["yes", "to"],
  user: true,
  async run(setting, { user, to, json, yes }) {
    if (user === undefined || to === undefined) return fail("Give an identifier, and --to SOURCE/ID.", exits.arguments);
    const held = await findUser({ user, id: undefined, sub: undefined }, setting);
    const other = await findUser({ user: undefined, id: to, sub: undefined }, setting);
    if (held.kind === "wrong" || other.kind === "wrong") {
      return fail(held.kind === "wrong" ? held.text : "--to: allowed is SOURCE/ID.", exits.arguments);
    }
    const { row: holder, lookup } = held;
    if (lookup === undefined) return fail("Give an identifier.", exits.arguments);
    if (holder?.state === "erased" || other.row?.state === "erased")
      return fail("It, or that user, was erased.", exits.nobody);
    if (holder === undefined && other.row === undefined)
      return fail("Nobody has it, and that user has no row.", exits.nobody);
    const isHis = holder !== undefined && other.row?.source === holder.source && other.row.legacyId === holder.legacyId;
    if (isHis) {
      say(json, { command: "relink", result: "linked" }, `${good("✓")} It is that user's already.`);
      return exits.done;
    }
    const from = holder === undefined ? "nobody" : `${nameOf(holder)}, who is ${holder.state}`;
    const then =
      other.row === undefined ? `${to}, who has no row yet` : `${nameOf(other.row)}, who is ${other.row.state}`;
    const stop = await confirm([`takes it from ${from}`, `gives it to ${then}`], yes);
    if (stop !== undefined) return stop;
    const done = await relink(lookup.canonical, holder, other.row, setting, setting.signal);
    if (done === "conflict") return fail("Somebody claimed it meanwhile: look again.", exits.fault);
    if (done === "erased") return fail("It, or that user, was erased.", exits.nobody);
    const text = done === "linked" ? "It leads to that user now." : "It is free: that user's next sign-in takes it.";
    say(json, { command: "relink", result: done }, `${good("✓")} ${text}`);
    return exits.done;
  },
};

export const runRelink = (args: readonly string[]) => operate(command, args);
