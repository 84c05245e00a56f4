import type { Collisions } from "./collisions.ts";
import type { PermissionState } from "./permissions.ts";
import type { UnwirePlan, WirePlan } from "./plan.ts";
import type { Finding } from "./preflight.ts";

// Texts for people: a heading, and lines in columns under it. No colours: the output is also kept and compared.

type Row = readonly string[];

const legend = "(+ is added, ~ is changed, - is taken away, = stays, ! stands in the way)";

/** What wiring will change, and what is as it shall be already. */
export function describeWiring(plan: WirePlan, permissions: readonly PermissionState[]): string {
  const triggers = plan.triggers.map(triggerRow);
  const grants = permissions.map(({ functionName, state }): Row => {
    const signs = { granted: "=", missing: "+", other: "!", absent: "!" } as const;
    return [signs[state], functionName, state === "absent" ? "not there" : "may be called by this pool alone"];
  });
  const legacyId = plan.legacyId === "add" ? "+" : plan.legacyId === "keep" ? "=" : "!";
  return [
    section("Triggers", triggers),
    section("Settings", [changeRow("AttributesRequireVerificationBeforeUpdate", plan.verifyBefore, plan.verifyAfter)]),
    section("Schema", [[legacyId, "custom:legacy_id", "String, immutable; an attribute can never be removed again"]]),
    section("Permissions", grants),
    legend,
  ].join("\n\n");
}

/** What unwiring will give back. */
export function describeUnwiring(plan: UnwirePlan, granted: readonly string[]): string {
  const triggers = plan.triggers.map(formerRow);
  return [
    section("Triggers", triggers),
    section("Settings", [changeRow("AttributesRequireVerificationBeforeUpdate", plan.verifyBefore, plan.verifyAfter)]),
    section("Schema", [["=", "custom:legacy_id", "stays: an attribute can never be removed"]]),
    section(
      "Permissions",
      granted.map((arn) => ["-", arn.slice(arn.lastIndexOf(":") + 1), "may no longer be called by this pool"]),
    ),
    legend,
  ].join("\n\n");
}

/** What the preflight found; worst first. */
export function describeFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return section("Preflight", [["=", "nothing found"]]);
  const ordered = [...findings].sort((a, b) => Number(b.level === "stop") - Number(a.level === "stop"));
  return section(
    "Preflight",
    ordered.map(({ level, about, text }) => [level === "stop" ? "STOP" : "warn", about, text]),
  );
}

/** The pool's users who have a legacy user's name. */
export function describeCollisions({ asked, more, count, examples }: Collisions): Finding | undefined {
  if (count === 0) return undefined;
  const of = more ? `the first ${asked} users of the pool` : `the ${asked} users of the pool`;
  const shown = examples.length < count ? `, among them ${examples.join(", ")}` : `: ${examples.join(", ")}`;
  const text = `Of ${of}, ${count} have the name, e-mail or phone number of a legacy user, who can then not migrate${shown}`;
  return { level: "warn", about: "users", text };
}

function triggerRow({ trigger, kind, before, after }: WirePlan["triggers"][number]): Row {
  switch (kind) {
    case "keep":
      return ["=", trigger, after];
    case "set":
      return ["+", trigger, after];
    case "replace":
      return ["~", trigger, `${before} -> ${after}`];
    case "occupied":
      return ["!", trigger, `${before} (occupied: stays)`];
  }
}

function formerRow({ trigger, kind, now, former }: UnwirePlan["triggers"][number]): Row {
  switch (kind) {
    case "restore":
      return ["~", trigger, `${now} -> ${former}`];
    case "remove":
      return ["-", trigger, now ?? ""];
    case "left":
      return ["=", trigger, `${now ?? "empty"} (changed since it was wired: stays)`];
  }
}

function changeRow(name: string, before: readonly string[], after: readonly string[]): Row {
  const list = (values: readonly string[]) => (values.length === 0 ? "none" : values.join(", "));
  const same = before.length === after.length;
  return same ? ["=", name, list(after)] : ["~", name, `${list(before)} -> ${list(after)}`];
}

function section(heading: string, rows: readonly Row[]): string {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return [heading, ...lines.map((line) => `  ${line.trimEnd()}`)].join("\n");
}
