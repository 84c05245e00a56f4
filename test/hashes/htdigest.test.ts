import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { htdigest, htdigestFamily } from "../../lib/hashes/htdigest.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(htdigestFamily);

const signal = new AbortController().signal;
/** RFC 7616 section 3.9.1. */
const rfc = { encoded: "3d78807defe7de2157e2b0b6573a855f", username: "Mufasa" };

describe("htdigest", () => {
  it("takes a bare digest with the row's user name, and the row's realm or the setting's", async () => {
    const password = Secret.fromText("Circle of Life");
    const realm = "http-auth@example.org";
    expect(await htdigest({ realm }).parse(rfc).verify(password, signal)).toBe("match");
    expect(
      await htdigest()
        .parse({ ...rfc, params: { realm } })
        .verify(password, signal),
    ).toBe("match");
    const other = htdigest({ realm }).parse({ ...rfc, params: { realm: "another" } });
    expect(await other.verify(password, signal)).toBe("mismatch");
  });

  it("refuses a bare digest without realm or user name", () => {
    expect(() => htdigest().parse(rfc)).toThrow("no realm beside the string");
    expect(() => htdigest({ realm: "r" }).parse({ encoded: rfc.encoded })).toThrow("no username beside the string");
  });
});
