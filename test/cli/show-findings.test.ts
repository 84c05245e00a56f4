import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { describeFindings, describeResult } from "../../lib/cli/try/show-findings.ts";
import { stop, warn } from "../../lib/wiring/preflight.ts";

const findings = [
  warn("MFA", "The pool requires it."),
  stop("custom:plan", "It is not in the schema of the pool that was asked."),
];

test("shows what stops the user first, with the texts in one column", () => {
  expect(stripVTControlCharacters(describeFindings(findings, undefined))).toBe(
    [
      "    STOP  custom:plan  It is not in the schema of the pool that was asked.",
      "    warn  MFA          The pool requires it.",
    ].join("\n"),
  );
});

test("wraps the texts inside of their column on a terminal", () => {
  expect(stripVTControlCharacters(describeFindings(findings, 50)).split("\n")).toEqual([
    "    STOP  custom:plan  It is not in the schema of",
    "                       the pool that was asked.",
    "    warn  MFA          The pool requires it.",
  ]);
});

test("keeps a column that words fit in on a terminal that is too narrow", () => {
  const lines = stripVTControlCharacters(describeFindings(findings, 10)).split("\n");
  expect(lines[0]).toBe("    STOP  custom:plan  It is not in the schema");
});

test("says how it ends by the worst that was found", () => {
  expect(describeResult(findings)).toContain("cannot move");
  expect(describeResult(findings.slice(0, 1))).toContain("the warnings say what to know");
  expect(describeResult([])).toContain("no rule of it is broken");
});
