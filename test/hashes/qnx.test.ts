import { describe, expect, it } from "vitest";
import { qnx, qnxFamily } from "../../lib/hashes/qnx.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(qnxFamily);

const digest = "0b365cab7e17ee1e7e1a90078501cc1aa85888d6da34e2f5b04f5c614b882a93";

describe("qnx", () => {
  it("takes the number of rounds from the string", async () => {
    expect(await verdict(qnx(), `@s,1000@${digest}@5498317092471604`, "hashcat")).toBe("match");
    expect(await verdict(qnx(), `@s,999@${digest}@5498317092471604`, "hashcat")).toBe("mismatch");
    expect(refusal(qnx(), `@s,10001@${digest}@5498317092471604`).code).toBe("HASH_TOO_COSTLY");
  });

  // The password of a hashcat example that the vectors have only with a wrong one.
  it("takes QNX 7's PBKDF2", async () => {
    const text =
      "@S@vm2nBGHes6QkXra0f74XmouSiRzjYD3r/0py+txv0Kr8A4hCPMGFHoZqr41JFiYcJPPOeIheqFseMyLyw/15Pw==" +
      "@NDY2MDEwNjk3YjBjYzM2MzliMzc3Mzc0ZTNiMTAzNzE=";
    expect(await verdict(qnx(), text, "hashcat")).toBe("match");
  });

  it("mismatches the empty password", async () => {
    expect(await verdict(qnx(), `@s@${digest}@5498317092471604`, "")).toBe("mismatch");
  });
});
