import { describe, expect, it } from "vitest";
import { supabase as supabaseHash } from "../../lib/hashes/supabase.ts";
import { supabase } from "../../lib/imports/supabase.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("supabase", () => {
  it("reads supabase.csv", async () => {
    const records = await readAll(supabase(), fixture("supabase.csv"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "76b196c8-d5c4-4907-9746-ed06ef829a67",
        source: "supabase",
        username: "ada@example.com",
        enabled: true,
        password: [{ format: "supabase", encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        createdAt: "2024-02-26T14:04:29.140Z",
        lastSignInAt: "2024-03-01T00:00:00.000Z",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+442079460999",
          phone_number_verified: "false",
          name: "Ada Lovelace",
          picture: "https://s.example.com/ada.png",
        },
      },
      {
        line: 3,
        id: "926f3b49-9687-4d05-8557-2673387a1f3c",
        source: "supabase",
        username: "bob@example.com",
        enabled: false,
        password: [{ format: "supabase", encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        createdAt: "2024-02-26T14:04:29.000Z",
        attributes: { email: "bob@example.com", email_verified: "false" },
      },
      { line: 4, reason: "supabase: the account is deleted (`deleted_at`)" },
      { line: 5, reason: "supabase: `banned_until` is no time" },
    ]);
  });

  it("reads supabase.json", async () => {
    const records = await readAll(supabase(), fixture("supabase.json"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "76b196c8-d5c4-4907-9746-ed06ef829a67",
        source: "supabase",
        username: "ada@example.com",
        enabled: true,
        password: [{ format: "supabase", encoded: "$2b$05$80wLjhAAHTF0wVuKQb5l7OldHrv7sYC0OGTTuMc8QcRHY05k/GkcO" }],
        identities: [{ provider: "google", userId: "1158" }],
        createdAt: "2024-02-26T14:04:29.140Z",
        attributes: { email: "ada@example.com", email_verified: "true", name: "Ada Lovelace" },
        totp: "PA6FWZ3EGU2DMZCSKU2DOQCNNY2X26L2",
      },
    ]);
  });

  it.each(["supabase.csv", "supabase.json"])("has passwords in %s that the format supabase checks", async (file) => {
    const records = await readAll(supabase(), fixture(file));
    const id = "76b196c8-d5c4-4907-9746-ed06ef829a67";
    expect(await signIn(records, id, [supabaseHash()], "bcryptpw")).toBe("match");
    expect(await signIn(records, id, [supabaseHash()], "bcryptwp")).toBe("mismatch");
  });

  it.each([
    ["infinity", false],
    ["2999-01-01 00:00:00.5+00", false],
    ["2001-01-01 00:00:00+00", true],
  ])("takes a ban until %s for enabled: %s", async (banned_until, enabled) => {
    const row = { id: "1", email: "a@example.com", encrypted_password: null, banned_until };
    expect(await readAll(supabase(), Buffer.from(`${JSON.stringify(row)}\n`))).toMatchObject([{ user: { enabled } }]);
  });
});
