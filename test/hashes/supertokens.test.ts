import { describe, expect, it } from "vitest";
import { supertokens, supertokensFamily } from "../../lib/hashes/supertokens.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal } from "./refusal.ts";

describeFamily(supertokensFamily);

describe("supertokens", () => {
  it("does not call a missing signer key a wrong password", () => {
    const encoded = supertokensFamily.dialects[0]?.example ?? "";
    expect(supertokens().recognizes({ encoded })).toBe(true);
    expect(refusal(supertokens(), encoded)).toEqual({
      code: "HASH_UNKNOWN",
      message: "supertokens: no signerKey in the settings",
    });
  });
});
