import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { kmsWrappingKey, openKms } from "../../lib/aws/kms.ts";
import { parseLegacyUser } from "../../lib/core/legacy-record.ts";
import { openVaultWriter } from "../../lib/ledger/vault-writer.ts";
import { type LocalKms, startKms } from "../../lib/local/kms/kms.ts";
import { leaksIn } from "../faults/leaks.ts";
import { type Bed, openBed } from "../shadow/bed.ts";
import { aDeadline } from "../support/deadline.ts";
import { importToVault } from "../support/import-to-vault.ts";
import { storedHash } from "../support/legacy-user.ts";

// No legacy store at all: it has been switched off after the import.
const config = `
  import { defineMigration } from "./lib/config/define-migration.ts";
  import { kmsKey } from "./lib/config/kms-key.ts";
  import { pbkdf2 } from "./lib/hashes/pbkdf2.ts";
  import { phpass } from "./lib/hashes/phpass.ts";
  export default defineMigration({
    sources: [],
    vault: { key: kmsKey("alias/samekey") },
    passwords: [phpass(), pbkdf2()],
    userNames: "email",
    refusalMs: 300,
  });
`;
const password = "canary-Correct horse 1!";
const hash = storedHash(password);

let kms: LocalKms;
let bed: Bed;
beforeAll(async () => {
  kms = await startKms({ keys: ["alias/samekey"] });
  bed = await openBed(config, { AWS_ENDPOINT_URL_KMS: kms.endpoint });
});
afterAll(async () => {
  await bed.close();
  await kms.stop();
});

let count = 0;
let email: string;
/** A new person, imported with a hash. */
beforeEach(async () => {
  count += 1;
  email = `person${count}@example.com`;
  const { ledger, table } = bed;
  const mapped = {
    id: count,
    username: email,
    enabled: true,
    attributes: { email, email_verified: true },
    password: { encoded: hash },
  };
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = openKms({ endpoint: kms.endpoint, region: "us-east-1", credentials });
  const vault = openVaultWriter({ table, key: kmsWrappingKey("alias/samekey", () => client) });
  const services = { ledger, vault, identifiers: { usernameCase: "insensitive" }, now: () => new Date() } as const;
  const user = parseLegacyUser(mapped, "files");
  expect(await importToVault(user, `files/${count}`, services, aDeadline().signal)).toBe("vaulted");
  client.destroy();
});

const own = async () => (await bed.rows()).find(({ legacyId }) => legacyId === String(count));
const kept = async () => (await bed.items()).some(({ pk }) => pk?.S === `vault#files#${count}`);

test("moves an imported user with the old password, and leaves no hash behind", async () => {
  expect(await bed.people.signIn(email, "canary-wrong")).toMatchObject({ kind: "no", name: "NotAuthorizedException" });
  expect(await own()).toMatchObject({ state: "imported" });
  expect(await bed.people.signIn(email, password)).toEqual({ kind: "yes" });
  expect(await own()).toMatchObject({ state: "migrated" });
  expect(await kept()).toBe(false);
  expect(await bed.people.signIn(email, password)).toEqual({ kind: "yes" });
});

test("answers an unknown user as it answers a wrong password", async () => {
  const wrong = await bed.people.signIn(email, "canary-wrong");
  expect(await bed.people.signIn("nobody@example.com", "canary-wrong")).toEqual(wrong);
  const told = bed.lines.filter(({ request }) => request === "sign-in").slice(-2);
  for (const { ms } of told) expect(ms).toBeGreaterThanOrEqual(299);
});

test("is a fault while KMS denies, makes no user, and works afterwards", async () => {
  const before = await bed.users();
  // This import sealed with a data key of its own, which no environment has opened yet.
  kms.faults.always("Decrypt", { kind: "error", status: 400, type: "AccessDeniedException", message: "canary" });
  const said = await bed.people.signIn(email, password);
  kms.faults.clear();
  expect(said).toMatchObject({ kind: "no", name: "UserNotFoundException" });
  expect(bed.lines.filter(({ request }) => request === "sign-in").at(-1)).toMatchObject({
    level: "ERROR",
    outcome: "fault",
    code: "VAULT_UNAVAILABLE",
  });
  expect([await bed.users(), await kept()]).toEqual([before, true]);
  expect(await bed.people.signIn(email, password)).toEqual({ kind: "yes" });
});

test("refuses a sign-up with the address of a user who waits", async () => {
  expect(await bed.people.signUp(email, email, "Str0ng-enough!")).toMatchObject({ kind: "no" });
});

test("has told no log of a password or a hash", () => {
  const text = bed.told.join("\n");
  expect(text).toContain("sign-in");
  expect(leaksIn(text, [password, hash, "canary-wrong"])).toEqual([]);
});
