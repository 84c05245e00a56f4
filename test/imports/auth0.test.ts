import { describe, expect, it } from "vitest";
import { auth0 as auth0Hash } from "../../lib/hashes/auth0.ts";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { auth0 } from "../../lib/imports/auth0.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("auth0", () => {
  it("reads auth0-export.ndjson", async () => {
    const records = await readAll(auth0(), fixture("auth0-export.ndjson"));
    expect(records.map(plain)).toEqual([
      {
        line: 1,
        id: "auth0|5dea9f9c82dd7c0e76e4ec93",
        source: "auth0",
        username: "ada@example.com",
        enabled: true,
        identities: [{ provider: "google-oauth2", userId: "1158" }],
        createdAt: "2019-12-06T18:36:12.412Z",
        lastSignInAt: "2024-01-31T09:30:00.000Z",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          name: "Ada Lovelace",
          given_name: "Ada",
          family_name: "Lovelace",
          nickname: "ada",
          picture: "https://s.example.com/ada.png",
        },
      },
      { line: 2, reason: "auth0: no valid JSON" },
      {
        line: 3,
        id: "auth0|5dea9f9c82dd7c0e76e4ec94",
        source: "auth0",
        username: "bob",
        enabled: false,
        attributes: { email: "blocked@example.com", email_verified: "false" },
      },
      {
        line: 4,
        id: "sms|5dea9f9c82dd7c0e76e4ec95",
        source: "auth0",
        username: "+442079460999",
        enabled: true,
        attributes: { phone_number: "+442079460999", phone_number_verified: "true" },
      },
    ]);
  });

  it("reads auth0-hashes.ndjson", async () => {
    const records = await readAll(auth0(), fixture("auth0-hashes.ndjson"));
    expect(records.map(plain)).toEqual([
      {
        line: 1,
        id: "auth0|5dea9f9c82dd7c0e76e4ec93",
        source: "auth0",
        username: "ada@example.com",
        enabled: true,
        password: [{ encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        passwordVersion: "2019-12-06T18:36:12.412Z",
        attributes: { email: "ada@example.com", email_verified: "false" },
      },
      {
        line: 2,
        id: "auth0|euclid",
        source: "auth0",
        username: "euclid@example.com",
        enabled: true,
        password: [{ encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        attributes: { email: "euclid@example.com", email_verified: "true" },
      },
      {
        line: 3,
        id: "auth0|5dea9f9c82dd7c0e76e4ec97",
        source: "auth0",
        username: "joined@example.com",
        enabled: false,
        password: [{ encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        passwordVersion: "2020-01-01T00:00:00.000Z",
        attributes: { email: "joined@example.com", email_verified: "true" },
      },
      { line: 4, reason: "auth0: `user_id` and `_id` are two users' ids" },
    ]);
  });

  it("reads auth0-import.json", async () => {
    const records = await readAll(auth0(), fixture("auth0-import.json"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "ada",
        source: "auth0",
        username: "ada@example.com",
        enabled: true,
        password: [
          {
            format: "auth0",
            encoded:
              '{"algorithm":"md5","hash":{"value":"67a1e09bb1f83f5007dc119c14d663aa","encoding":"hex"},"salt":{"value":"salt","encoding":"utf8","position":"prefix"}}',
          },
        ],
        attributes: { email: "ada@example.com", email_verified: "true" },
        totp: "PA6FWZ3EGU2DMZCSKU2DOQCNNY2X26L2",
      },
      {
        line: 31,
        id: "bob",
        source: "auth0",
        username: "bob@example.com",
        enabled: true,
        password: [{ encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        attributes: { email: "bob@example.com", email_verified: "false" },
      },
    ]);
  });

  it("has passwords that the formats bcrypt and auth0 check", async () => {
    const formats = [bcrypt(), auth0Hash()];
    expect(
      await signIn(await readAll(auth0(), fixture("auth0-hashes.ndjson")), "auth0|euclid", formats, "bcryptpw"),
    ).toBe("match");
    expect(await signIn(await readAll(auth0(), fixture("auth0-import.json")), "ada", formats, "password")).toBe(
      "match",
    );
    expect(await signIn(await readAll(auth0(), fixture("auth0-import.json")), "ada", formats, "Password")).toBe(
      "mismatch",
    );
  });

  it("hands the record to the adopter's function, and refuses the record where that throws", async () => {
    const line = JSON.stringify({ user_id: "auth0|1", email: "a@example.com", user_metadata: { team: "engines" } });
    const format = auth0({
      source: "tenant",
      user: (record, usual) => ({ ...usual, attributes: { ...usual.attributes, team: teamOf(record.user_metadata) } }),
    });
    const records = await readAll(format, Buffer.from(`${line}\n{"user_id":"auth0|2","email":"b@example.com"}\n`));
    expect(records.map(plain)).toMatchObject([
      { source: "tenant", attributes: { email: "a@example.com", team: "engines" } },
      { reason: "tenant: `user` threw on a record" },
    ]);
  });

  it("never tells a secret in a reason", async () => {
    const line = JSON.stringify({
      user_id: "auth0|1",
      email: "a@example.com",
      otp_secret: "s3cret-s3cret!",
      passwordHash: 7,
    });
    const [record] = await readAll(auth0(), Buffer.from(line));
    expect(record).toMatchObject({ kind: "refused", reason: expect.not.stringContaining("s3cret") });
  });
});

function teamOf(metadata: unknown): unknown {
  if (typeof metadata === "object" && metadata !== null && "team" in metadata) return metadata.team;
  throw new Error("no team of a secret user");
}
