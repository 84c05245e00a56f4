import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { userStates } from "../../lib/core/ports.ts";
import { openBatchAnswers } from "../../lib/ledger/batch-answers.ts";
import { openImportRuns } from "../../lib/ledger/import-runs.ts";
import { type Item, parsePointer, parseUser, userItem } from "../../lib/ledger/items.ts";
import { openLedger } from "../../lib/ledger/ledger.ts";
import { openRows } from "../../lib/ledger/rows.ts";
import { parseCase, parseTallies } from "../../lib/ledger/shadow-items.ts";
import { openContent, openTotpContent, parseVaultItem, sealContent, sealedItem } from "../../lib/ledger/vault-items.ts";
import { bytesLike } from "./inputs.ts";
import { anItem } from "./samples.ts";
import { type FuzzTarget, target } from "./target.ts";

// Items of the table: ours, and still nobody may come in by one that was damaged.

const damaged = ["LEDGER_DAMAGED"] as const;
/** What DynamoDB can have in an attribute, of any type. */
const attribute: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.string({ unit: "binary", maxLength: 12 }).map((S) => ({ S })),
    fc.constantFrom("", "1", "verified", "none", "{}", "{", "null", "[]", "__proto__").map((S) => ({ S })),
    fc.constantFrom("0", "-1", "1", "1.5", "1E30", "NaN").map((N) => ({ N })),
    fc.uint8Array({ maxLength: 40 }).map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant<AttributeValue>({ NULL: true }),
    fc.array(tie("value"), { maxLength: 3 }).map((L) => ({ L })),
    fc
      .dictionary(fc.constantFrom("provider", "userId", "__proto__", "x"), tie("value"), { maxKeys: 3 })
      .map((M) => ({ M })),
  ),
})).value;
/** Items with up to three attributes replaced, taken away or added. */
const itemLike = (examples: readonly Item[]): fc.Arbitrary<Item> => {
  const change = fc.tuple(fc.nat(), fc.option(attribute, { nil: undefined }), fc.boolean());
  return fc
    .tuple(fc.constantFrom(...examples), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([example, changes]) => {
      const members = new Map(Object.entries(example));
      for (const [place, put, isNew] of changes) {
        const name = isNew ? "another" : ([...members.keys()][place % members.size] ?? "another");
        if (put === undefined) members.delete(name);
        else members.set(name, put);
      }
      return Object.fromEntries(members);
    });
};

/** A table whose every read gives this item. */
const tableOf = (item: Item) =>
  ({
    send: async (command: { readonly input: { readonly RequestItems?: object } }) =>
      command.input.RequestItems === undefined ? { Item: item } : { Responses: { ledger: [item] } },
  }) as unknown as DynamoDBClient;
const settings = (item: Item) => ({ table: "ledger", client: tableOf(item), now: () => new Date(0) });
const { signal } = new AbortController();

const owner = { source: "shop", legacyId: "1" };
const plain = createSecretKey(Buffer.alloc(32, 7));
const ann = { ...owner, id: "1", username: "ann", enabled: true, attributes: {} };
const content = sealContent(ann, { plain, table: "ledger", nonce: Buffer.alloc(12, 3) });
const vaultItem = sealedItem({ pk: "vault#shop#1", sk: "vault" }, { key: Buffer.from("key"), content });
const runItem = {
  ...{ pk: { S: "import#1" }, sk: { S: "import" }, id: { S: "1" }, state: { S: "running" }, settled: { N: "3" } },
  ...{ tally: { S: "{}" }, detail: { S: "{}" }, startedAt: { S: "2026" }, updatedAt: { S: "2026" } },
};
const tallyItem = { pk: { S: "shadow#count#1" }, sk: { S: "2026-01-01" }, "sign-in accepted verified": { N: "3" } };
const caseItem = {
  ...{ source: { S: "shop" }, legacyId: { S: "1" }, day: { S: "2026-01-01" }, told: { S: "accepted" } },
  ...{ would: { S: "wrong-password" }, ttl: { N: "99999999999" } },
};
const batchItem = {
  ...{ pk: { S: "batch#1" }, sk: { S: "batch" }, body: { S: "digest" }, ttl: { N: "99999999999" } },
  answers: { L: [{ S: '{"result":"created"}' }] },
};

export const itemTargets: readonly FuzzTarget[] = [
  target({
    name: "item of a user",
    input: itemLike([anItem]),
    codes: damaged,
    parse(item) {
      const user = parseUser(item);
      assert(userStates.includes(user.state) && user.version >= 1);
      // What is read can be written again, and is then the same.
      assert.deepEqual(parseUser(userItem(user)), user);
    },
  }),
  target({
    name: "item of a pointer",
    input: itemLike([{ pk: { S: "identifier#ann" }, sk: { S: "pointer" }, user: { S: "user#shop#1" } }]),
    codes: damaged,
    parse: (item) => assert.equal(typeof parsePointer(item).pk, "string"),
  }),
  target({
    name: "reads of the ledger",
    input: itemLike([{ ...anItem, user: { S: "user#shop#1" } }]),
    codes: ["LEDGER_DAMAGED", "LEDGER_UNAVAILABLE"],
    async parse(item) {
      await openLedger(settings(item)).find([{ kind: "identifier", value: "ann" }], signal);
      await openRows(settings(item)).read([owner], signal);
    },
  }),
  target({
    name: "item of the vault",
    input: itemLike([vaultItem]),
    codes: damaged,
    parse(item) {
      const sealed = parseVaultItem(item);
      assert(openContent(sealed.content, "ledger", owner, plain).source === "shop");
    },
  }),
  target({
    name: "content of the vault",
    input: bytesLike([content]),
    codes: damaged,
    parse(bytes) {
      if (Buffer.from(content).equals(Buffer.from(bytes))) return;
      for (const open of [openContent, openTotpContent]) {
        assert.throws(() => open(bytes, "ledger", owner, plain), { code: "LEDGER_DAMAGED" });
      }
    },
  }),
  target({
    name: "item of an import",
    input: itemLike([runItem]),
    codes: damaged,
    parse: (item) => openImportRuns(settings(item)).read("1", signal),
  }),
  target({
    name: "items of a shadow run",
    input: fc.tuple(itemLike([tallyItem]), itemLike([caseItem])),
    codes: [],
    parse([tally, found]) {
      for (const { count } of parseTallies(tally)) assert(Number.isSafeInteger(count));
      parseCase(found, new Date(0));
    },
  }),
  target({
    name: "item of a batch's answer",
    input: itemLike([batchItem]),
    codes: ["LEDGER_DAMAGED", "LEDGER_UNAVAILABLE"],
    parse: (item) => openBatchAnswers(settings(item)).claim("1", "digest", signal),
  }),
];
