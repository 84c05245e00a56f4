import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { firebase as firebaseHash } from "../../lib/hashes/firebase.ts";
import { firebase } from "../../lib/imports/firebase.ts";
import { fixture, plain, readAll, signIn } from "./read-file.ts";

describe("firebase", () => {
  it("reads firebase.csv", async () => {
    const records = await readAll(firebase(), fixture("firebase.csv"));
    expect(records.map(plain)).toEqual([
      {
        line: 1,
        id: "Vn6n3uHT0oWRBmhCDbO4ZpWmzcA3",
        source: "firebase",
        username: "ada@example.com",
        enabled: true,
        password: [
          {
            format: "firebase",
            salt: "42xEC+ixf3L2lw==",
            encoded: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
          },
        ],
        identities: [{ provider: "google.com", userId: "1158" }],
        createdAt: "2017-02-05T19:47:07.000Z",
        lastSignInAt: "2017-02-05T19:48:47.000Z",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+442079460999",
          name: "Lovelace, Ada",
        },
      },
      {
        line: 2,
        id: "disabled01",
        source: "firebase",
        username: "bob@example.com",
        enabled: false,
        createdAt: "2017-02-05T19:47:07.000Z",
        attributes: { email: "bob@example.com", email_verified: "false" },
      },
      {
        line: 3,
        reason: "firebase: text behind a closing quote, allowed is a delimiter; a quote within is doubled",
      },
      {
        line: 4,
        id: "phone01",
        source: "firebase",
        username: "+442079460998",
        enabled: true,
        createdAt: "2017-02-05T19:47:07.000Z",
        attributes: { phone_number: "+442079460998" },
      },
    ]);
  });

  it("reads firebase.json", async () => {
    const records = await readAll(firebase(), fixture("firebase.json"));
    expect(records.map(plain)).toEqual([
      {
        line: 2,
        id: "Vn6n3uHT0oWRBmhCDbO4ZpWmzcA3",
        source: "firebase",
        username: "ada@example.com",
        enabled: true,
        password: [
          {
            format: "firebase",
            salt: "42xEC+ixf3L2lw==",
            encoded: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
          },
        ],
        identities: [{ provider: "google.com", userId: "1158" }],
        createdAt: "2017-02-05T19:47:07.000Z",
        lastSignInAt: "2017-02-05T19:48:47.000Z",
        attributes: {
          email: "ada@example.com",
          email_verified: "true",
          phone_number: "+442079460999",
          name: "Ada Lovelace",
          picture: "https://s.example.com/ada.png",
        },
      },
      {
        line: 25,
        id: "disabled01",
        source: "firebase",
        username: "bob@example.com",
        enabled: false,
        createdAt: "2017-02-05T19:47:07.000Z",
        attributes: { email: "bob@example.com", email_verified: "false" },
      },
      { line: 34, reason: "firebase: `id` is missing, allowed is a text of 1 to 512 characters or a whole number" },
    ]);
  });

  it.each(["firebase.json", "firebase.csv"])(
    "has passwords in %s that the format firebase checks with the project's key",
    async (file) => {
      const records = await readAll(firebase(), fixture(file));
      const signerKey = Secret.fromText(
        "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
      );
      const formats = [firebaseHash({ signerKey })];
      expect(await signIn(records, "Vn6n3uHT0oWRBmhCDbO4ZpWmzcA3", formats, "user1password")).toBe("match");
      expect(await signIn(records, "Vn6n3uHT0oWRBmhCDbO4ZpWmzcA3", formats, "user2password")).toBe("mismatch");
    },
  );

  it("does not go on behind an end that is missing", async () => {
    const whole = fixture("firebase.json");
    await expect(readAll(firebase(), whole.subarray(0, whole.length - 3))).rejects.toMatchObject({
      code: "IMPORT_UNREADABLE",
    });
  });
});
