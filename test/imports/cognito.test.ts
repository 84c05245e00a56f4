import { describe, expect, it } from "vitest";
import { cognito } from "../../lib/imports/cognito.ts";
import { fixture, plain, readAll } from "./read-file.ts";

describe("cognito", () => {
  it("reads cognito.csv", async () => {
    const records = await readAll(cognito(), fixture("cognito.csv"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "ada",
        source: "cognito",
        username: "ada",
        enabled: true,
        attributes: {
          name: "Ada Lovelace",
          given_name: "Ada",
          family_name: "Lovelace",
          birthdate: "1815-12-10",
          address: "12 St James's Square, London",
          "custom:team": "engines",
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+442079460999",
          phone_number_verified: "false",
        },
      },
      { line: 3, reason: "cognito: 3 fields, the header has 22" },
      {
        line: 4,
        id: "bob",
        source: "cognito",
        username: "bob",
        enabled: true,
        attributes: { phone_number: "+442079460998", phone_number_verified: "true" },
      },
    ]);
  });

  it("refuses a file that has one column twice", async () => {
    const bytes = Buffer.from("cognito:username,email,email\nada,a@example.com,b@example.com\n");
    await expect(readAll(cognito(), bytes)).rejects.toMatchObject({
      code: "IMPORT_UNREADABLE",
      message: 'cognito: line 1: two columns are called "email"',
    });
  });
});
