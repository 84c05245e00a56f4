import { describe, expect, it } from "vitest";
import { saslprep } from "../../lib/algorithms/saslprep.ts";

describe("saslprep", () => {
  // RFC 4013 section 3.
  it.each([
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    ["\u0007", undefined],
    ["\u0627\u0031", undefined],
  ])("prepares %j as the RFC's example", (text, expected) => {
    expect(saslprep(text)).toBe(expected);
  });

  it.each([
    ["\u0627\u0031\u0628", "\u0627\u0031\u0628"],
    ["\u0627a\u0628", undefined],
    ["\u200b", " "],
    ["\ufeff", ""],
    ["\ue000", undefined],
    ["\u{e0041}", undefined],
    ["\u{1f511}", "\u{1f511}"],
    ["", ""],
  ])("prepares %j by the tables of RFC 3454", (text, expected) => {
    expect(saslprep(text)).toBe(expected);
  });
});
