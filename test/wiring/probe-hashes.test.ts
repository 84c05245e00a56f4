import { readdir } from "node:fs/promises";
import { ListUserImportJobsCommand, ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, it } from "vitest";
import { argon2 } from "../../lib/hashes/argon2.ts";
import { newPoolHash, poolAlgorithms } from "../../lib/wiring/probe-hash.ts";
import { type ProbeOptions, probeHashes } from "../../lib/wiring/probe-hashes.ts";
import { logsFor, roleArn } from "../local/user-pool/import-bench.ts";
import { type Bench, openBench, type Setting } from "../local/user-pool/support.ts";
import { aFolder } from "../support/folder.ts";

const pool = { AutoVerifiedAttributes: ["email" as const] };

async function probesOf(setting: Setting, more: Partial<ProbeOptions> = {}) {
  const bench = await openBench(setting);
  const folder = await aFolder();
  const options: ProbeOptions = {
    cognito: bench.sdk,
    logs: logsFor(bench),
    poolId: bench.poolId,
    clientId: bench.clientId,
    logRoleArn: roleArn,
    folder,
    formats: [argon2()],
    signal: new AbortController().signal,
    pollMs: 1,
    logWaitMs: 5,
    ...more,
  };
  return { bench, folder, probing: probeHashes(options) };
}

async function usersOf(bench: Bench) {
  const { Users } = await bench.sdk.send(new ListUsersCommand({ UserPoolId: bench.poolId }));
  return Users?.map((each) => each.Username);
}

const works = (names: readonly string[]) => names.map((algorithm) => ({ algorithm, result: { kind: "works" } }));

describe("a probe of password hashes", () => {
  it("finds that all algorithms work, and leaves neither user nor file behind", async () => {
    const { bench, folder, probing } = await probesOf({ pool, client: { GenerateSecret: true } });
    expect(await probing).toEqual(works(["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"]));
    expect(await usersOf(bench)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    const created = bench.told.filter((event) => event.kind === "user-created");
    expect(created.map((event) => event.status)).toEqual(Array(4).fill("CONFIRMED"));
  });

  it("says which algorithm the pool refuses, and why", async () => {
    const { probing } = await probesOf({
      pool,
      options: { importAlgorithms: ["BCRYPT", "ARGON2ID", "PBKDF2_SHA256"] },
    });
    const probes = await probing;
    expect(probes.filter((one) => one.result.kind === "works")).toEqual(works(["BCRYPT", "ARGON2ID", "PBKDF2_SHA256"]));
    expect(probes[1]).toMatchObject({
      algorithm: "SCRYPT",
      result: { kind: "refused", reason: expect.stringContaining("OperationNotEnabledException") },
    });
  });

  it("refuses all of them for a pool whose import file has no column for hashes", async () => {
    const { bench, probing } = await probesOf({ pool, options: { importAlgorithms: [] } });
    for (const { result } of await probing) {
      expect(result).toMatchObject({
        kind: "refused",
        reason: expect.stringContaining("no column for password hashes"),
      });
    }
    const { UserImportJobs } = await bench.sdk.send(
      new ListUserImportJobsCommand({ UserPoolId: bench.poolId, MaxResults: 1 }),
    );
    expect(UserImportJobs).toEqual([]);
  });

  it("fits pools that name users by e-mail or phone and require attributes and MFA", async () => {
    const required = ["given_name", "birthdate", "updated_at", "preferred_username"].map((Name) => ({
      Name,
      Required: true,
    }));
    const byEmail = await probesOf({
      pool: { ...pool, UsernameAttributes: ["email"], MfaConfiguration: "ON", Schema: required },
    });
    expect((await byEmail.probing).map((one) => one.result.kind)).toEqual(Array(4).fill("works"));
    const byPhone = await probesOf({
      pool: { UsernameAttributes: ["phone_number"], AutoVerifiedAttributes: ["phone_number"] },
    });
    expect((await byPhone.probing).map((one) => one.result.kind)).toEqual(Array(4).fill("works"));
  });

  it("deletes its user when the sign-in fails, by a refusal of its password or by a trigger", async () => {
    const wrongHash = {
      ...argon2(),
      hash: async () => ({ encoded: argon2().decoy?.encoded ?? "" }),
    };
    const { bench, probing } = await probesOf({ pool }, { formats: [wrongHash] });
    expect((await probing)[2]).toMatchObject({
      algorithm: "ARGON2ID",
      result: { kind: "refused", reason: expect.stringContaining("imported, but the password does not sign in") },
    });
    expect(await usersOf(bench)).toEqual([]);
    const closed = await probesOf({
      pool,
      triggers: {
        PreAuthentication: () => {
          throw new Error("closed");
        },
      },
    });
    await expect(closed.probing).rejects.toMatchObject({ code: "PLATFORM_UNAVAILABLE" });
    expect(await usersOf(closed.bench)).toEqual([]);
  });

  it("deletes its user when it is cut", async () => {
    const cut = new AbortController();
    const onEvent = (event: { readonly kind: string }) =>
      event.kind === "user-created" && cut.abort(new Error("enough"));
    const { bench, folder, probing } = await probesOf({ pool, options: { onEvent } }, { signal: cut.signal });
    await expect(probing).rejects.toThrow("enough");
    expect(await usersOf(bench)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("asks for a client that allows its sign-in before it imports anybody", async () => {
    const { bench, probing } = await probesOf({ pool, client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] } });
    await expect(probing).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    expect(bench.told.some((event) => event.kind === "user-created")).toBe(false);
    const { probing: absent } = await probesOf({ pool }, { clientId: "nobody" });
    await expect(absent).rejects.toThrow("there is no app client nobody");
  });
});

describe("a probe's hash", () => {
  it("is of its algorithm, and of PBKDF2 with the sign by which passlib's base64 differs", async () => {
    for (const algorithm of poolAlgorithms) {
      const hash = await newPoolHash(algorithm, "Aa1!pässword", []);
      expect(hash.algorithm).toBe(algorithm);
      if (algorithm === "PBKDF2_SHA256") expect(hash.encoded.split("$")[3]).toContain(".");
    }
  });
});
