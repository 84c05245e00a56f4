import { reopenUser } from "../../core/reopen-user.ts";
import { good } from "../paint.ts";
import { confirm } from "./confirm.ts";
import { findUser, nameOf } from "./find-user.ts";
import { type Command, exitHelp, exits, fail, noPool, operate, placeHelp, say, userHelp } from "./setting.ts";

const reopen: Command = {
  help: `Lets a user migrate again who has moved and was deleted in the pool since: the next right password makes him anew. A user
whom only an import knew has to be imported again.

  npm run samekey -- reopen USER [options]

${userHelp}
${placeHelp}
  --yes                   does not ask

${exitHelp}
`,
  words: ["yes"],
  user: true,
  async run(setting, { json, yes, ...given }) {
    const { accounts } = setting;
    if (accounts === undefined) return fail(noPool, exits.arguments);
    const meant = await findUser(given, setting);
    if (meant.kind === "wrong") return fail(meant.text, exits.arguments);
    const { row } = meant;
    if (row === undefined || row.state === "erased") return fail("Samekey has no such user.", exits.nobody);
    const stop = await confirm([`lets ${nameOf(row)}, who is ${row.state}, migrate again`], yes);
    if (stop !== undefined) return stop;
    const done = await reopenUser(row, { ...setting, accounts }, setting.signal);
    if (done === "there")
      return fail("The pool still has the user: delete him there first, if that is what is meant.", exits.nobody);
    if (done === "blocked") return fail("The user is blocked: unblock him first.", exits.nobody);
    if (done === "erased") return fail("That user was erased.", exits.nobody);
    const text = done === "reopened" ? "may migrate again" : `has not moved: ${row.state}`;
    say(
      json,
      { command: "reopen", source: row.source, legacyId: row.legacyId, result: done },
      `${good("✓")} ${nameOf(row)} ${text}`,
    );
    return exits.done;
  },
};

export const runReopen = (args: readonly string[]) => operate(reopen, args);
