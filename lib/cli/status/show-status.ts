import { agreementOf } from "../../core/agreement.ts";
import type { UserState } from "../../core/ports.ts";
import type { ShadowCase } from "../../ledger/shadow-items.ts";
import { bad, bold, dim, doubtful, good, wrapped } from "../paint.ts";
import type { Counted, Group, ShadowReport, StatusReport } from "./status-report.ts";

const states: Readonly<Record<UserState, string>> = {
  migrated: "have signed in on the platform; the old system is not asked for them any more",
  verified: "had the right old password; the platform has not yet told that they are there",
  resetting: "asked for a new password, and have not chosen it yet",
  placing: "are being created by an import",
  imported: "are known, and have not come yet",
  blocked: "were stopped by you",
  erased: "were removed for good by you",
};

const lines: Readonly<Record<Group, string>> = {
  "would-refuse": "would have been refused though the old system let them in",
  "would-admit": "would have been let in though the old system refused them",
  undecided: "could not be decided, since something was down",
  unusable: "have a record that no sign-in can use, whatever the password",
  agrees: "were decided as the old system did",
  untold: "came without a word of what the old system decided",
  "look-up": "forgotten passwords",
};

const words: Readonly<Record<string, string>> = {
  verified: "let in",
  weak: "let in to choose a new password",
  found: "sent a code",
  fault: "unexpected error",
};

/** The report for a terminal of that many columns. */
export function describeStatus(report: StatusReport, days: number, columns: number | undefined): string {
  const shadow =
    report.shadow === undefined
      ? [dim(`No shadow run in the last ${days === 1 ? "day" : `${days} days`}.`)]
      : describeShadow(report.shadow, columns);
  return [`${bold(report.table)}`, "", ...describeUsers(report.users), "", ...shadow].join("\n");
}

function describeUsers(users: StatusReport["users"]): readonly string[] {
  const shown = Object.entries(states).filter(([state]) => (users[state] ?? 0) !== 0 || state === "migrated");
  const rows = shown.map(([state, text]) => [number(users[state] ?? 0), state, text] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map(([count, state, text]) => {
    const name = state.padEnd(widths[1] ?? 0);
    return `  ${bold(count.padStart(widths[0] ?? 0))}  ${state === "migrated" ? good(name) : name}  ${dim(text)}`;
  });
}

function describeShadow(shadow: ShadowReport, columns: number | undefined): readonly string[] {
  const { groups, cases, moreCases } = shadow;
  const line = (sign: string, group: Group) => {
    const text = `${lines[group]}: ${number(groups[group].count)}${describeCame(groups[group])}`;
    const [first = "", ...rest] = wrapped(text, columns === undefined ? undefined : Math.max(columns - 4, 24));
    return [`  ${sign} ${first}`, ...rest.map((one) => `    ${one}`)];
  };
  const where = (sign: string, group: Group) => (groups[group].count === 0 ? [] : line(sign, group));
  return [
    `${bold("Shadow run")}${dim(`  sign-ins since ${shadow.since} (UTC); nobody was moved by them`)}`,
    "",
    ...where(bad("✗"), "would-refuse"),
    ...where(bad("✗"), "would-admit"),
    ...where(doubtful("!"), "undecided"),
    ...where(doubtful("!"), "unusable"),
    ...where(good("✓"), "agrees"),
    ...where(" ", "untold"),
    ...where(" ", "look-up"),
    "",
    ...describeDays(shadow),
    ...(cases.length === 0 ? [] : ["", ...describeCases(cases, moreCases)]),
    "",
    describeEnd(shadow),
  ];
}

function describeCame({ came }: Counted): string {
  if (came.length === 0) return "";
  return ` (${came.map((one) => `${word(one)} ${number(one.count)}`).join(", ")})`;
}

function describeDays({ days }: ShadowReport): readonly string[] {
  const columns = [
    ["agree", "agrees"],
    ["refused wrongly", "would-refuse"],
    ["let in wrongly", "would-admit"],
    ["not decided", "undecided"],
    ["not told", "untold"],
    ["forgotten", "look-up"],
  ] as const;
  const rows = days.map(({ day, groups }) => {
    const cells = columns.map(([title, group]) => {
      const text = number(groups[group]).padStart(title.length);
      return group.startsWith("would-") && groups[group] > 0 ? bad(text) : text;
    });
    return `  ${day}  ${cells.join("  ")}`;
  });
  return [dim(`  ${"day".padEnd(10)}  ${columns.map(([title]) => title).join("  ")}`), ...rows];
}

function describeCases(cases: readonly ShadowCase[], more: boolean): readonly string[] {
  const rows = cases.map((one) => [`${one.source}/${printable(one.legacyId)}`, describeCase(one), one.day] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `  ${bold("Who")}${dim(`  source and legacy id, the last time each${more ? `; these ${cases.length} are not all` : ""}`)}`,
    ...rows.map(([who, what, day]) => `    ${who.padEnd(widths[0] ?? 0)}  ${what.padEnd(widths[1] ?? 0)}  ${dim(day)}`),
  ];
}

function describeCase(one: ShadowCase): string {
  const agreement = agreementOf(one);
  if (agreement === "would-refuse") return `let in by the old system, would be refused: ${word(one)}`;
  if (agreement === "would-admit") return "refused by the old system, would be let in";
  return `record cannot be used: ${word(one)}`;
}

function describeEnd({ agrees, groups }: ShadowReport): string {
  if (!agrees) {
    return `${bad("✗")} Samekey and the old system disagree. docs/shadow.md says what each reason means and what to do.`;
  }
  if (groups.agrees.count === 0) {
    return `${doubtful("!")} Nothing to compare: the application did not tell what the old system decided (docs/shadow.md).`;
  }
  const times = plural(groups.agrees.count, "time");
  return `${good("✓")} Samekey decided as the old system did every time that it was told: ${times}.`;
}

function word({ would, code }: { readonly would: string; readonly code?: string }): string {
  return code ?? words[would] ?? would;
}

/** An id comes from the legacy store: what a terminal would obey is shown by its number. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function plural(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}
