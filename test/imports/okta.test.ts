import { describe, expect, it } from "vitest";
import { okta as oktaHash } from "../../lib/hashes/okta.ts";
import { okta } from "../../lib/imports/okta.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("okta", () => {
  it("reads okta.ndjson", async () => {
    const records = await readAll(okta(), fixture("okta.ndjson"));
    expect(records.map(plain)).toEqual([
      {
        line: 1,
        id: "00u1a2b3c4D5E6F7G8H9",
        source: "okta",
        username: "ada@example.com",
        enabled: true,
        password: [
          {
            format: "okta",
            encoded:
              '{"algorithm":"BCRYPT","workFactor":5,"salt":"jGIQhLvoRrH6NNl6V2n9DO","value":"17fMdiXNiUyLZGmk6teYUuqVBHxHAzW"}',
          },
        ],
        passwordVersion: "2022-04-04T16:00:22.000Z",
        createdAt: "2022-04-04T15:56:05.000Z",
        lastSignInAt: "2022-05-04T19:50:52.000Z",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+15125550118",
          name: "Ada Lovelace",
          given_name: "Ada",
          family_name: "Lovelace",
        },
      },
      {
        line: 2,
        id: "00u2",
        source: "okta",
        username: "bob",
        enabled: false,
        createdAt: "2022-04-04T15:56:05.000Z",
        attributes: { email: "bob@example.com" },
      },
      {
        line: 3,
        reason:
          "okta: `status` is none of ACTIVE, PROVISIONED, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, STAGED, SUSPENDED, DEPROVISIONED",
      },
      { line: 4, reason: "okta: no JSON object" },
    ]);
  });

  it("has passwords that the format okta checks", async () => {
    const records = await readAll(okta(), fixture("okta.ndjson"));
    expect(await signIn(records, "00u1a2b3c4D5E6F7G8H9", [oktaHash()], "oktapw")).toBe("match");
    expect(await signIn(records, "00u1a2b3c4D5E6F7G8H9", [oktaHash()], "oktawp")).toBe("mismatch");
  });

  it.each([
    ["STAGED", false],
    ["PROVISIONED", true],
    ["RECOVERY", true],
    ["LOCKED_OUT", true],
    ["PASSWORD_EXPIRED", true],
    ["DEPROVISIONED", false],
  ])("takes the status %s for enabled: %s, in a list of users too", async (status, enabled) => {
    const bytes = Buffer.from(JSON.stringify([{ id: "00u", status, profile: { login: "ada" } }]));
    expect(await readAll(okta(), bytes)).toMatchObject([{ kind: "user", user: { enabled } }]);
  });
});
