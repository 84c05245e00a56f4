import { describe, expect, it } from "vitest";
import { clerk as clerkHash } from "../../lib/hashes/clerk.ts";
import { clerk } from "../../lib/imports/clerk.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("clerk", () => {
  it("reads clerk.csv", async () => {
    const records = await readAll(clerk(), fixture("clerk.csv"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "user_01",
        source: "clerk",
        username: "ada",
        enabled: true,
        password: [
          {
            format: "clerk",
            params: { password_hasher: "bcrypt" },
            encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO",
          },
        ],
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+442079460999",
          phone_number_verified: "false",
          name: "Ada Lovelace",
          given_name: "Ada",
          family_name: "Lovelace",
        },
        totp: "PA6FWZ3EGU2DMZCSKU2DOQCNNY2X26L2",
      },
      {
        line: 3,
        id: "user_02",
        source: "clerk",
        username: "bob@example.com",
        enabled: true,
        password: [
          { format: "clerk", params: { password_hasher: "phpass" }, encoded: "$P$9c1erkPhpX8oxPA20ftmeMw9pgRrZY." },
        ],
        attributes: {
          email: "bob@example.com",
          email_verified: "false",
          name: 'Bob "B", Jr',
          given_name: 'Bob "B", Jr',
        },
      },
      { line: 4, reason: "clerk: 3 fields, the header has 13" },
      {
        line: 5,
        id: "user_04",
        source: "clerk",
        username: "+442079460998",
        enabled: true,
        attributes: { phone_number: "+442079460998", phone_number_verified: "true" },
      },
    ]);
  });

  it("reads clerk.json", async () => {
    const records = await readAll(clerk(), fixture("clerk.json"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "user_2fT3OpCuU3elx0CXE3cNyStBC9u",
        source: "clerk",
        username: "johndoe@example.com",
        enabled: false,
        createdAt: "2024-04-22T18:59:05.678Z",
        attributes: {
          email: "johndoe@example.com",
          email_verified: "true",
          name: "John Doe",
          given_name: "John",
          family_name: "Doe",
        },
      },
      {
        line: 22,
        id: "user_2fTPmPJJGj6SZV1e8xN7yapuoim",
        source: "clerk",
        username: "jane",
        enabled: true,
        password: [
          {
            format: "clerk",
            params: { password_hasher: "bcrypt" },
            encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO",
          },
        ],
        attributes: { email: "jane@example.com" },
      },
    ]);
  });

  it("has passwords that the format clerk checks", async () => {
    const records = await readAll(clerk(), fixture("clerk.csv"));
    expect(await signIn(records, "user_01", [clerkHash()], "bcryptpw")).toBe("match");
    expect(await signIn(records, "user_02", [clerkHash()], "pässwörd 密码🔑")).toBe("match");
    expect(await signIn(records, "user_02", [clerkHash()], "password")).toBe("mismatch");
  });
});
