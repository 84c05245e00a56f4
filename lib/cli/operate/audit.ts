import { readHistory } from "../../ledger/history.ts";
import { aligned, dim } from "../paint.ts";
import { findUser } from "./find-user.ts";
import { type Command, exitHelp, exits, fail, operate, placeHelp, say, userHelp } from "./setting.ts";

const audit: Command = {
  help: `Prints a user's history: what changed, and when. It has nothing personal in it, and outlives an erasure; then only the
erasures' key and the user's name lead to it.

  npm run samekey -- audit USER [options]

${userHelp}
${placeHelp}

${exitHelp}
`,
  words: [],
  user: true,
  async run(setting, { json, ...given }) {
    const meant = await findUser(given, setting);
    if (meant.kind === "wrong") return fail(meant.text, exits.arguments);
    const history = meant.row?.history;
    if (meant.row === undefined || history === undefined) return fail("Samekey has no such user.", exits.nobody);
    const events = await readHistory(setting.place, history, setting.signal);
    const text = aligned(events.map(({ at, event, from, to }) => [at, `${event}  ${dim(`${from} → ${to}`)}`]));
    say(json, { history, state: meant.row.state, events }, text);
    return exits.done;
  },
};

export const runAudit = (args: readonly string[]) => operate(audit, args);
