import { pbkdf2Sync, scryptSync } from "node:crypto";
import { AdminGetUserCommand, type PasswordHashingAlgorithmType } from "@aws-sdk/client-cognito-identity-provider";
import { bcrypt as makeBcrypt } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../lib/core/secret.ts";
import { argon2 } from "../../../lib/hashes/argon2.ts";
import { createJob, fileOf, runJob } from "./import-bench.ts";
import { openBench, outcome, wrong } from "./support.ts";

const password = "Old pässword 1!";
const salt = Buffer.from("0123456789abcdef");
const adapted = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "").replaceAll("+", ".");
const hashes: Readonly<Record<PasswordHashingAlgorithmType, () => Promise<string>>> = {
  BCRYPT: () => makeBcrypt({ password, salt, costFactor: 4, outputType: "encoded" }),
  SCRYPT: async () =>
    `1024$8$1$${salt.toString("hex")}$${scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }).toString("hex")}`,
  ARGON2ID: async () => (await argon2().hash?.(Secret.fromText(password)))?.encoded ?? "",
  PBKDF2_SHA256: async () =>
    `$pbkdf2-sha256$1000$${adapted(salt)}$${adapted(pbkdf2Sync(password, salt, 1000, 32, "sha256"))}`,
};
const pool = { AutoVerifiedAttributes: ["email" as const] };
// A comma in a value has a backslash before it, in Argon2's parameters too.
const person = (name: string, hash: string) => ({
  "cognito:username": name,
  email: `${name}@example.com`,
  email_verified: "true",
  password_hash: hash.replaceAll(",", "\\,"),
});

describe("an import job with password hashes", () => {
  it.each(["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"] as const)(
    "lets users in with the password of their %s hash, and with no other",
    async (algorithm) => {
      const bench = await openBench({ pool });
      const rows = [person("ann", await hashes[algorithm]()), person("bob", "")];
      const { job } = await runJob(bench, await fileOf(bench, rows), algorithm);
      expect(job).toMatchObject({ Status: "Succeeded", ImportedUsers: 2, PasswordHashingAlgorithm: algorithm });
      const ann = await bench.sdk.send(new AdminGetUserCommand({ UserPoolId: bench.poolId, Username: "ann" }));
      expect(ann.UserStatus).toBe("CONFIRMED");
      expect(await bench.signIn("ann", password)).toBe("tokens");
      expect(await bench.signIn("ann", `${password}x`)).toBe(wrong);
      expect(await bench.signIn("bob", password)).toContain("PasswordResetRequiredException");
    },
  );

  it.each([
    ["of another algorithm", "BCRYPT", "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"],
    ["too costly", "BCRYPT", `$2b$13$${"a".repeat(53)}`],
    ["too costly", "SCRYPT", `65536$8$2$${"00".repeat(16)}$${"00".repeat(32)}`],
    ["too costly", "ARGON2ID", "$argon2id$v=19$m=19457,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"],
    ["too costly", "PBKDF2_SHA256", `$pbkdf2-sha256$600001$${"a".repeat(22)}$${"a".repeat(43)}`],
    ["in another form", "SCRYPT", "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"],
  ] as const)("fails the user whose hash is %s (%s)", async (_, algorithm, encoded) => {
    const bench = await openBench({ pool });
    const rows = [person("ann", encoded), person("bob", ""), person("cid", "")];
    const { job, lines } = await runJob(bench, await fileOf(bench, rows), algorithm);
    expect(job).toMatchObject({ Status: "Succeeded", ImportedUsers: 2, FailedUsers: 1 });
    expect(lines[0]).toMatch(/^\[FAILED\] Line Number 2 - .*hash/);
  });

  it("fails as a whole without the column, and cannot be made for an algorithm that the pool does not take", async () => {
    const bench = await openBench({ pool, options: { importAlgorithms: ["BCRYPT"] } });
    const text = (await fileOf(bench, [])).replace(",password_hash", "");
    expect((await runJob(bench, text, "BCRYPT")).job).toMatchObject({ Status: "Failed" });
    expect(await outcome(() => createJob(bench, "SCRYPT"))).toContain("OperationNotEnabledException");
  });
});
