import { describe, expect, it } from "vitest";
import { workos, workosFamily } from "../../lib/hashes/workos.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(workosFamily);

const key = Buffer.alloc(64, 1).toString("base64");
const hash = `$firebase-scrypt$hash=${key}$salt=c2FsdA==$sk=${key}$ss=Bw==$r=8$m=14`;

describe("workos", () => {
  it("takes the fields of its Firebase string in any order", () => {
    const [, , ...fields] = hash.split("$");
    expect(workos().parse({ encoded: `$firebase-scrypt$${fields.toReversed().join("$")}` }).memoryBytes).toBe(
      workos().parse({ encoded: hash }).memoryBytes,
    );
  });

  it.each([
    ["a field twice", `${hash}$m=10`],
    ["an unknown field", `${hash}$n=10`],
    ["a field that is not there", hash.replace("$r=8", "")],
    ["a signer key of another length than the hash", hash.replace(`sk=${key}`, "sk=AAAAAAAAAAAAAAAAAAAAAA==")],
  ])("refuses %s", (_, encoded) => {
    expect(refusal(workos(), encoded).code).toBe("HASH_DAMAGED");
  });
});
