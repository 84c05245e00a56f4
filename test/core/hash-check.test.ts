import { describe, expect, it } from "vitest";
import { wholeNumber } from "../../lib/core/hash-bounds.ts";
import { compareBytes, compareText } from "../../lib/core/hash-check.ts";
import { runRounds } from "../../lib/core/hash-rounds.ts";

describe("compareBytes and compareText", () => {
  it("match equal digests only", () => {
    expect(compareBytes(Buffer.from("abc"), Buffer.from("abc"))).toBe("match");
    expect(compareBytes(Buffer.from("abc"), Buffer.from("abd"))).toBe("mismatch");
    expect(compareBytes(Buffer.from("abcd"), Buffer.from("abc"))).toBe("mismatch");
    expect(compareText("abc", "abc")).toBe("match");
    expect(compareText("abc", "abC")).toBe("mismatch");
  });

  it("never match two empty digests", () => {
    expect(compareBytes(new Uint8Array(), new Uint8Array())).toBe("mismatch");
    expect(compareText("", "")).toBe("mismatch");
  });
});

describe("wholeNumber", () => {
  it.each(["", "1e9", "0x10", " 5", "5 ", "+5", "-5", "5abc", "05", "1.0", "12345678901", "٥", "5\n"])(
    "refuses %j",
    (text) => expect(wholeNumber(text)).toBeUndefined(),
  );

  it("reads ten digits and zero", () => {
    expect(wholeNumber("9999999999")).toBe(9_999_999_999);
    expect(wholeNumber("0")).toBe(0);
  });
});

describe("runRounds", () => {
  it("runs every round once, in order", async () => {
    const seen: number[] = [];
    await runRounds(10_000, new AbortController().signal, (index) => seen.push(index));
    expect(seen).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });

  it("stops between two slices when the deadline is over", async () => {
    const controller = new AbortController();
    const over = new Error("over");
    let rounds = 0;
    const work = runRounds(1_000_000, controller.signal, () => {
      rounds += 1;
      if (rounds === 1) setImmediate(() => controller.abort(over));
    });
    await expect(work).rejects.toBe(over);
    expect(rounds).toBeLessThan(20_000);
  });
});
