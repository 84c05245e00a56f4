import { describe, expect, it } from "vitest";
import { oracle, oracleFamily } from "../../lib/hashes/oracle.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(oracleFamily);

const s = "S:63EC5F6113843F5D229E2D49C068D983A9670D0257677783202322766743";
const t =
  "T:8F75FBD166AFDB6D7587DAB89C2F15672AAC031C5B0B5E65C0835FB130555F6FF4E0E5764976755558112246FFF306450C22F6B7746B9E9831ED97B373992F9157436180438417080374881414745255";
const h = "H:DC9894A01797D91D92ECA1DA66242209";

describe("oracle", () => {
  it.each([`${s};${h};${t}`, `${s};${t}`, `${s};${h}`, t])("reads a whole SPARE4 value: %s", async (encoded) => {
    expect(oracle().recognizes({ encoded })).toBe(true);
    expect(await verdict(oracle(), encoded, "hashcat")).toBe("match");
    expect(await verdict(oracle(), encoded, "HASHCAT")).toBe("mismatch");
  });

  it("lets the strongest verifier decide", async () => {
    expect(oracle().parse({ encoded: `${s};${t}` }).costMs).toBe(oracle().parse({ encoded: t }).costMs);
  });

  it.each(["S:", h, `${s};`, `${s};X:00`, s.slice(0, -2)])("refuses %s", (encoded) => {
    expect(refusal(oracle(), encoded).code).toBe("HASH_DAMAGED");
  });
});
