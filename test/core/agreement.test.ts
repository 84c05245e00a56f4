import { expect, test } from "vitest";
import { agreementOf } from "../../lib/core/agreement.ts";

test.each([
  ["accepted", "verified", "agrees"],
  ["accepted", "weak", "agrees"],
  ["accepted", "wrong-password", "would-refuse"],
  ["accepted", "unknown-user", "would-refuse"],
  ["accepted", "unusable-record", "would-refuse"],
  ["accepted", "a word of a later version", "would-refuse"],
  ["refused", "wrong-password", "agrees"],
  ["refused", "unusable-record", "agrees"],
  ["refused", "verified", "would-admit"],
  ["refused", "weak", "would-admit"],
  ["untold", "verified", "untold"],
  ["untold", "found", "untold"],
  ["untold", "wrong-password", "untold"],
  ["accepted", "fault", "undecided"],
  ["refused", "fault", "undecided"],
  ["untold", "fault", "undecided"],
])("the old system's word %s beside %s: %s", (told, would, agreement) => {
  expect(agreementOf({ told, would })).toBe(agreement);
});
