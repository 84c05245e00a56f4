import { createSecretKey } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { openingKeys } from "../../lib/ledger/data-keys.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { openContent, openNonces, sealContent } from "../../lib/ledger/vault-items.ts";
import { openVaultWriter } from "../../lib/ledger/vault-writer.ts";
import type { Fault } from "../../lib/local/faults.ts";
import { vaultContract } from "../contracts/vault.ts";
import { aDeadline } from "../support/deadline.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aLegacyUser } from "../support/legacy-user.ts";
import { aKms, vaultIn } from "../support/vault.ts";

const minute = 60_000;
const ann = aLegacyUser();
const row = { source: "custom", legacyId: "1" };

describe("the vault on the embedded DynamoDB", () => {
  vaultContract(anEmbeddedLedger);

  it("refuses a change that promises an item and brings none, and one that brings an item and no promise", async () => {
    const { ledger, items, table } = await anEmbeddedLedger();
    const { key } = await aKms();
    const { signal } = aDeadline();
    const sealed = await openVaultWriter({ table, key: key() }).seal(ann, signal);
    const after = { source: "custom", legacyId: "1", legacyKey: "1", identifiers: [], version: 1, since: "2026" };
    const imported = { ...after, state: "imported" } as const;
    const promise = { before: undefined, after: { ...imported, vaulted: true }, event: "imported" } as const;
    const gift = { before: undefined, after: imported, event: "imported", vault: sealed };
    await expect(ledger.change(promise, signal)).rejects.toThrow(
      "a change promises the item vault and does not bring it",
    );
    await expect(ledger.change(gift, signal)).rejects.toThrow("its row does not say so");
    expect(await items()).toEqual([]);
  });

  it("binds content to its table and key, whatever key of KMS it was sealed with", () => {
    const plain = createSecretKey(Buffer.alloc(32, 1));
    const nonce = openNonces()();
    const content = sealContent(ann, { plain, table: "ledger", nonce });
    expect(openContent(content, "ledger", row, plain)).toMatchObject({ username: "ann" });
    const elsewhere = [
      ["another", row],
      ["ledger", { ...row, legacyId: "2" }],
      ["ledger", { ...row, source: "shop" }],
    ] as const;
    for (const [table, owner] of elsewhere) {
      expect(() => openContent(content, table, owner, plain)).toThrow("was changed, or is not the one of its row");
    }
  });

  it("never takes a nonce twice", () => {
    const next = openNonces();
    const nonces = Array.from({ length: 1000 }, () => Buffer.from(next()).toString("hex"));
    expect(new Set(nonces).size).toBe(1000);
    expect(nonces.every((one) => one.length === 24)).toBe(true);
  });

  it.each<readonly [string, Fault]>([
    ["throttled", { kind: "throttle" }],
    ["an error of the server", { kind: "error500" }],
    ["cut off", { kind: "lose-answer" }],
    ["a page that no service sent", { kind: "html" }],
  ])("reads again what DynamoDB twice answered with: %s", async (_, fault) => {
    const bench = await anEmbeddedLedger();
    const { key } = await aKms();
    const { importUser, vault } = vaultIn(bench, key());
    await importUser(ann);
    bench.local.faults.queue("GetItem", fault, fault);
    expect(await vault.read(row, aDeadline().signal)).toMatchObject({ username: "ann" });
  });
});

describe("faults of KMS", () => {
  const denied: Fault = { kind: "error", status: 400, type: "AccessDeniedException", message: "canary" };

  async function aFilledVault() {
    const bench = await anEmbeddedLedger();
    const { kms, key } = await aKms();
    const filled = vaultIn(bench, key());
    await filled.importUser(ann);
    return { ...bench, ...filled, kms, key };
  }

  it.each<readonly [string, Fault]>([
    ["throttled", { kind: "throttle" }],
    ["an error of the server", { kind: "error500" }],
    ["cut off", { kind: "lose-answer" }],
    ["a page that no service sent", { kind: "html" }],
  ])("are repeated twice: %s", async (_, fault) => {
    const { kms, vault } = await aFilledVault();
    kms.faults.queue("Decrypt", fault, fault);
    expect(await vault.read(row, aDeadline().signal)).toMatchObject({ username: "ann" });
    expect(kms.requests.get("Decrypt")).toBe(3);
  });

  it.each<readonly [string, Fault, number, string]>([
    ["throttles for ever", { kind: "throttle" }, 3, "ThrottlingException"],
    ["is broken", { kind: "error500" }, 3, "KMSInternalException"],
    ["hangs", { kind: "hang" }, 3, "TimeoutError"],
    ["denies", denied, 1, "AccessDeniedException"],
    ["has the key in no state for it", { kind: "conflict" }, 1, "KMSInvalidStateException"],
  ])(
    "are a fault of the vault where KMS %s, and the retry works",
    async (_, fault, requests, answer) => {
      const { kms, vault, key, table } = await aFilledVault();
      const writer = openVaultWriter({ table, key: key() });
      const made = kms.requests.get("GenerateDataKey") ?? 0;
      for (const operation of ["Decrypt", "GenerateDataKey"]) kms.faults.always(operation, fault);
      const told = { code: "VAULT_UNAVAILABLE", message: `the KMS key alias/samekey: KMS answered ${answer}` };
      const { signal } = aDeadline();
      const failures = await Promise.allSettled([vault.read(row, signal), writer.seal(ann, signal)]);
      expect(failures).toMatchObject([{ reason: told }, { reason: told }]);
      expect([kms.requests.get("Decrypt"), (kms.requests.get("GenerateDataKey") ?? 0) - made]).toEqual([
        requests,
        requests,
      ]);
      kms.faults.clear();
      expect(await vault.read(row, signal)).toMatchObject({ username: "ann" });
      expect((await writer.seal(ann, signal)).content.byteLength).toBeGreaterThan(100);
    },
    10_000,
  );

  it("end a read with the deadline where KMS hangs longer than that", async () => {
    const { kms, vault } = await aFilledVault();
    kms.faults.always("Decrypt", { kind: "hang" });
    await expect(vault.read(row, aDeadline(150).signal)).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });

  it("are a fault where nobody listens", async () => {
    const { kms, vault } = await aFilledVault();
    await kms.stop();
    await expect(vault.read(row, aDeadline().signal)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  });

  it.each(["alias/missing", "alias/other"])(
    "are a fault where the config names %s, which sealed nothing",
    async (id) => {
      const { key, client, table } = await aFilledVault();
      const vault = openVault({ client, table, key: key(id) });
      await expect(vault.read(row, aDeadline().signal)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
    },
  );

  it("are noticed ten minutes after the key was disabled, at the latest", async () => {
    const { kms, key, client, table } = await aFilledVault();
    let now = 0;
    const vault = openVault({ client, table, key: key(), now: () => now });
    await vault.read(row, aDeadline().signal);
    kms.setEnabled("alias/samekey", false);
    now = 10 * minute - 1;
    expect(await vault.read(row, aDeadline().signal)).toMatchObject({ username: "ann" });
    now = 10 * minute;
    const told = { code: "VAULT_UNAVAILABLE", message: expect.stringContaining("DisabledException") };
    await expect(vault.read(row, aDeadline().signal)).rejects.toMatchObject(told);
  });
});

describe("data keys", () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
  });
  async function aWriter() {
    const { kms, key } = await aKms();
    const settings = { table: "ledger", key: key(), now: () => now };
    const writer = openVaultWriter(settings);
    const open = openingKeys(settings);
    return {
      kms,
      seal: (signal = aDeadline().signal) => writer.seal(ann, signal),
      open: (sealed: Uint8Array) => open(sealed, aDeadline().signal),
      made: () => kms.requests.get("GenerateDataKey") ?? 0,
      opened: () => kms.requests.get("Decrypt") ?? 0,
    };
  }

  it("serve a thousand users each, also when they come at once", async () => {
    const { seal, made } = await aWriter();
    const sealed = await Promise.all(Array.from({ length: 1000 }, () => seal()));
    expect(made()).toBe(1);
    expect(new Set(sealed.map(({ content }) => Buffer.from(content).toString("hex"))).size).toBe(1000);
    const { key } = await seal();
    expect(made()).toBe(2);
    expect(key).not.toEqual(sealed[0]?.key);
  });

  it("serve ten minutes at most", async () => {
    const { seal, made } = await aWriter();
    await seal();
    now = 10 * minute - 1;
    await seal();
    expect(made()).toBe(1);
    now = 10 * minute;
    await seal();
    expect(made()).toBe(2);
  });

  it("that could not be made are not kept", async () => {
    const { kms, seal, made } = await aWriter();
    kms.faults.queue("GenerateDataKey", { kind: "error", status: 400, type: "AccessDeniedException", message: "" });
    await expect(Promise.all([seal(), seal()])).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
    await seal();
    expect(made()).toBe(2);
  });

  it("are made for those who still have time when the first one's is over", async () => {
    const { kms, seal } = await aWriter();
    kms.faults.queue("GenerateDataKey", { kind: "hang" });
    const [first, second] = await Promise.allSettled([seal(aDeadline(100).signal), seal()]);
    expect(first).toMatchObject({ reason: { code: "DEADLINE_EXCEEDED" } });
    expect(second.status).toBe("fulfilled");
  });

  it("are opened once, and once more when a hundred others came between", async () => {
    const { seal, open, opened } = await aWriter();
    const keys: Uint8Array[] = [];
    for (let index = 0; index < 101; index++) {
      now = index * 10 * minute;
      keys.push((await seal()).key);
    }
    now = 0;
    const [first = new Uint8Array(), ...others] = keys;
    await open(first);
    await open(first);
    expect(opened()).toBe(1);
    for (const one of others.slice(0, 99)) await open(one);
    await open(first);
    expect(opened()).toBe(100);
    for (const one of others) await open(one);
    await open(first);
    expect(opened()).toBe(102);
  });

  it("show nothing where they are printed", async () => {
    const { seal, open } = await aWriter();
    const key = await open((await seal()).key);
    expect(JSON.stringify(key)).toBe("{}");
  });
});
