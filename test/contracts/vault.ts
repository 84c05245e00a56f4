import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import type { LedgerUser } from "../../lib/core/ports.ts";
import {
  onBlock,
  onErase,
  onForgottenPassword,
  onProof,
  onRightPassword,
  onUnblock,
} from "../../lib/core/transitions.ts";
import { vaultKey } from "../../lib/ledger/keys.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { aDeadline } from "../support/deadline.ts";
import { type LedgerBench, ledgerIn } from "../support/ledger.ts";
import { aLegacyUser, storedHash } from "../support/legacy-user.ts";
import { aKms, vaultIn } from "../support/vault.ts";
import { tap } from "../support/wire.ts";

const ann = aLegacyUser({
  groups: ["admins"],
  password: [{ encoded: storedHash("canary"), format: "pbkdf2", salt: "grain", params: { rounds: 1, upper: true } }],
  passwordVersion: "7",
});
const bob = aLegacyUser({ id: "2", username: "bob", attributes: { email: "bob@example.com", email_verified: "true" } });

/** What every DynamoDB has to give the vault. `open` gives a ledger in a table of its own. */
export function vaultContract(open: () => Promise<LedgerBench>): void {
  async function aVault() {
    const bench = await open();
    const { kms, key } = await aKms();
    const { signal } = aDeadline();
    const opened = vaultIn(bench, key());
    const rowOf = async (id: string): Promise<LedgerUser> => {
      const row = (await bench.rows()).find(({ legacyId }) => legacyId === id);
      if (row === undefined) throw new Error(`no row ${id}`);
      return row;
    };
    return {
      ...bench,
      ...opened,
      kms,
      key,
      rowOf,
      read: async (id: string) => opened.vault.read(await rowOf(id), signal),
      /** Moves Ann's row on. */
      async move(decide: (row: LedgerUser, now: Date) => ReturnType<typeof onBlock>) {
        const before = await rowOf("1");
        const transition = decide(before, new Date());
        if (transition.kind !== "to") throw new Error(`no change: ${transition.kind}`);
        await bench.erasing.change({ before, ...transition }, signal);
      },
    };
  }

  describe("an import", () => {
    it("gives back the user that it brought, in every field", async () => {
      const { importUser, read, rows } = await aVault();
      expect(await importUser(ann)).toBe("vaulted");
      expect(await read("1")).toEqual(ann);
      expect(await rows()).toMatchObject([
        { state: "imported", vaulted: true, identifiers: ["ann", "ann@example.com"] },
      ]);
      expect((await rows())[0]).not.toHaveProperty("platformUsername");
    });

    it("writes the row and its item in one transaction", async () => {
      const { importUser, client, items } = await aVault();
      const wire = tap(client);
      await importUser(ann);
      expect(wire.count("TransactWriteItemsCommand")).toBe(1);
      const kinds = (await items()).map((item) => item.pk?.S?.split("#")[0]).sort();
      expect(kinds).toEqual(["audit", "count", "identifier", "identifier", "legacy", "user", "vault"]);
    });

    it("that comes again puts the newer user in the older one's place, identifiers too", async () => {
      const { importUser, read, pointers, vaultItems, counts } = await aVault();
      await importUser(ann);
      const newer = { ...ann, attributes: { email: "new@example.com" }, password: [{ encoded: "newer" }] };
      expect(await importUser(newer)).toBe("vaulted");
      expect(await read("1")).toEqual(newer);
      expect(await vaultItems()).toHaveLength(1);
      expect(Object.keys(await pointers())).toEqual(["identifier#ann", "identifier#new@example.com", "legacy#1"]);
      expect(await counts()).toEqual({ imported: 1 });
    });

    it.each([1, 3])("is done once where %i answers of the write were lost", async (lost) => {
      const { importUser, client, read, counts, rowOf } = await aVault();
      tap(client).loseAnswers("TransactWriteItemsCommand", lost);
      expect(await importUser(ann)).toBe("vaulted");
      expect(await read("1")).toEqual(ann);
      expect((await rowOf("1")).version).toBe(1);
      expect(await counts()).toEqual({ imported: 1 });
    });

    it("never overwrites a user who has signed in, and leaves another user's identifier alone", async () => {
      const { importUser, move, read, rows } = await aVault();
      await importUser(ann);
      await move((row, now) => onRightPassword(row, row, now));
      expect(await importUser({ ...ann, password: [{ encoded: "newer" }] })).toBe("passed-over");
      expect(await read("1")).toEqual(ann);
      expect(await importUser({ ...bob, username: "ann" })).toBe("conflict");
      expect(await rows()).toHaveLength(1);
    });

    it("brings no erased user back", async () => {
      const { importUser, move, vaultItems } = await aVault();
      await importUser(ann);
      await move(onErase);
      expect(await importUser(ann)).toBe("erased");
      expect(await vaultItems()).toEqual([]);
    });
  });

  describe("an item", () => {
    it("shows nothing of the user but whose it is", async () => {
      const { importUser, vaultItems } = await aVault();
      await importUser(ann);
      const [item = {}] = await vaultItems();
      expect(Object.keys(item).sort()).toEqual(["content", "key", "pk", "sk", "version"]);
      expect([item.pk?.S, item.sk?.S]).toEqual(["vault#custom#1", "vault"]);
      const raw = [item.content?.B ?? [], item.key?.B ?? []]
        .map((bytes) => Buffer.from(bytes).toString("latin1"))
        .join();
      expect(raw.length).toBeGreaterThan(200);
      expect(raw).not.toMatch(/pbkdf2|grain|ann|example|email|admins|encoded/i);
    });

    it("stays through a sign-in, a reset and a block, and goes with the proof", async () => {
      const { importUser, move, read, vaultItems, rowOf } = await aVault();
      await importUser(ann);
      await move((row, now) => onRightPassword(row, { ...row, platformUsername: "ann" }, now));
      await move((row, now) => onForgottenPassword(row, row, now));
      await move(onBlock);
      await move(onUnblock);
      expect(await read("1")).toEqual(ann);
      await move((row, now) => onProof(row, "pool#sub", now));
      expect(await vaultItems()).toEqual([]);
      expect(await rowOf("1")).not.toHaveProperty("vaulted");
      expect(await read("1")).toBeUndefined();
    });

    it.each(["imported", "blocked"])("goes with the erasure of a user who is %s", async (state) => {
      const { importUser, move, vaultItems, rows } = await aVault();
      await importUser(ann);
      if (state === "blocked") await move(onBlock);
      await move(onErase);
      expect(await vaultItems()).toEqual([]);
      expect(await rows()).toEqual([]);
    });

    it("opens for no other user: one that was moved is damaged", async () => {
      const { importUser, client, table, vaultItems, read } = await aVault();
      await importUser(ann);
      await importUser(bob);
      const bobs = (await vaultItems()).find((item) => item.pk?.S === "vault#custom#2");
      const moved = { ...bobs, pk: { S: "vault#custom#1" } };
      await client.send(new PutItemCommand({ TableName: table, Item: moved }));
      await expect(read("1")).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
      expect(await read("2")).toMatchObject({ username: "bob" });
    });

    it("opens in no other table, since its data key does not", async () => {
      const { importUser, vaultItems, key, client, table } = await aVault();
      const other = await ledgerIn(client, `${table}-copy`);
      await importUser(ann);
      const [Item = {}] = await vaultItems();
      await other.client.send(new PutItemCommand({ TableName: other.table, Item: { ...Item } }));
      const vault = openVault({ table: other.table, client: other.client, key: key() });
      const reading = vault.read({ source: "custom", legacyId: "1" }, aDeadline().signal);
      await expect(reading).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
    });

    it.each([
      ["of a later version", { version: { N: "2" } }],
      ["without a version", { version: { S: "1" } }],
      ["without a key", { key: { S: "" } }],
      ["without content", { content: { NULL: true } }],
      ["whose content is cut off", { content: { B: Buffer.alloc(27) } }],
      ["whose content is another", { content: { B: Buffer.alloc(300) } }],
      ["whose data key is none", { key: { B: Buffer.alloc(3) } }],
      ["whose data key is another", { key: { B: Buffer.alloc(100) } }],
    ] as const)("%s is damaged, and no wrong password", async (_, parts) => {
      const { importUser, client, table, vaultItems, read } = await aVault();
      await importUser(ann);
      const [item] = await vaultItems();
      await client.send(new PutItemCommand({ TableName: table, Item: { ...item, ...parts } }));
      await expect(read("1")).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
    });

    it("is damaged where any one byte of it is changed", async () => {
      const { importUser, client, table, vaultItems, read } = await aVault();
      await importUser(ann);
      const [item] = await vaultItems();
      for (const name of ["content", "key"] as const) {
        const bytes = Buffer.from(item?.[name]?.B ?? []);
        for (const at of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ 1;
          await client.send(new PutItemCommand({ TableName: table, Item: { ...item, [name]: { B: changed } } }));
          await expect(read("1"), `${name} ${at}`).rejects.toMatchObject({ code: "LEDGER_DAMAGED" });
        }
      }
    });

    it("that is not there is told as such, also under a key that DynamoDB would refuse", async () => {
      const { importUser, client, table, read, vault } = await aVault();
      await importUser(ann);
      const { pk, sk } = vaultKey({ source: "custom", legacyId: "1" });
      await client.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }));
      expect(await read("1")).toBeUndefined();
      expect(await vault.read({ source: "custom", legacyId: "x".repeat(3000) }, aDeadline().signal)).toBeUndefined();
    });
  });
}
