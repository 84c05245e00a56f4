import { describe, expect, test } from "vitest";
import { defineMigration } from "../../lib/config/define-migration.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import type { HttpRequest, HttpTime } from "../../lib/core/http.ts";
import { importBatch } from "../../lib/core/import-batch.ts";
import { usualImportOptions } from "../../lib/core/import-options.ts";
import { pbkdf2 } from "../../lib/hashes/pbkdf2.ts";
import type { UsersImporter } from "../../lib/import-api/batch-users.ts";
import { importUsers } from "../../lib/import-api/import-users.ts";
import { maxBodyBytes, readJsonBody } from "../../lib/import-api/json-body.ts";
import type { UserResult } from "../../lib/import-api/user-result.ts";
import { openImporter } from "../../lib/importer.ts";
import { openBatchAnswers } from "../../lib/ledger/batch-answers.ts";
import { openVault } from "../../lib/ledger/vault.ts";
import { anEmbeddedLedger } from "../support/ledger.ts";
import { aSource } from "../support/legacy-source.ts";
import { storedHash } from "../support/legacy-user.ts";
import { aKms } from "../support/vault.ts";

const users = Array.from({ length: 120 }, (_, n) => ({
  id: `u${n}`,
  username: `u${n}`,
  enabled: true,
  attributes: { email: `u${n}@example.com` },
  password: { encoded: storedHash("Old password 1") },
}));
const request: HttpRequest = {
  parameters: {},
  headers: { "content-type": "application/json", "idempotency-key": "key" },
  body: Buffer.from(JSON.stringify({ users, source: "shop" })),
  caller: "1/AIDA",
};
const inTime: HttpTime = { stop: new AbortController().signal, over: new AbortController().signal };

/** The route on an embedded ledger; `beforeSlice` is called with the number of each slice, from 1. */
async function aRoute(beforeSlice: (slice: number) => void = () => undefined) {
  const bench = await anEmbeddedLedger();
  const { client, table } = bench;
  const { key } = await aKms();
  const migration = defineMigration({
    sources: [aSource([], { name: "shop" }).source],
    passwords: [pbkdf2()],
    userNames: "email",
    vault: { key: { ...key(), openVault: (at) => openVault({ ...at, key: key() }) } },
  });
  const services = openImporter(migration, { table, client }, usualImportOptions);
  const imported: string[] = [];
  let slices = 0;
  const importer: UsersImporter = {
    services: async () => services,
    async batch(slice, _, stop) {
      slices += 1;
      beforeSlice(slices);
      imported.push(...slice.map(({ id }) => id));
      return importBatch(slice, services, { plan: false, stop });
    },
  };
  const clock = { now: new Date() };
  const kept = openBatchAnswers({ table, client, now: () => clock.now });
  const route = importUsers({ source: "shop", sources: ["shop"], importer, kept });
  const answer = async (time: HttpTime, more: Partial<HttpRequest> = {}) => {
    const { status, body } = await route.answer({ ...request, ...more }, time);
    return { status, results: (body as { readonly results?: readonly UserResult[] }).results ?? [] };
  };
  return { ...bench, kept, clock, imported, answer };
}
const words = (results: readonly UserResult[]) => results.map(({ result }) => result);

describe("a batch whose time is over", () => {
  test("answers `left` for the rest, and the same request goes on with those alone", async () => {
    const stop = new AbortController();
    const { answer, imported, rows } = await aRoute((slice) => slice === 2 && stop.abort());
    const first = await answer({ ...inTime, stop: stop.signal });
    expect(words(first.results)).toEqual([...Array(50).fill("created"), ...Array(70).fill("left")]);
    expect(await rows()).toHaveLength(50);

    imported.length = 0;
    const second = await answer(inTime);
    expect(words(second.results)).toEqual(Array(120).fill("created"));
    expect(imported).toEqual(users.slice(50).map(({ id }) => id));

    imported.length = 0;
    expect(await answer(inTime)).toEqual(second);
    expect(imported).toEqual([]);
  });

  test("answers without what is under way, which may be done again", async () => {
    const over = new AbortController();
    const { answer } = await aRoute((slice) => slice === 1 && over.abort());
    const first = await answer({ stop: over.signal, over: over.signal });
    expect(words(first.results)).toEqual(Array(120).fill("left"));
    expect((await answer(inTime)).results.every(({ result }) => result !== "left")).toBe(true);
  });
});

test("a fault keeps what was done before it, and the same request goes on behind that", async () => {
  const { answer, imported } = await aRoute((slice) => {
    if (slice === 2) throw new MigrationError("VAULT_UNAVAILABLE", "KMS is away");
  });
  await expect(answer(inTime)).rejects.toMatchObject({ code: "VAULT_UNAVAILABLE" });
  imported.length = 0;
  expect(words((await answer(inTime)).results)).toEqual(Array(120).fill("created"));
  expect(imported).toEqual(users.slice(50).map(({ id }) => id));
});

describe("the answer under a key", () => {
  test("is the first's, where two work at once", async () => {
    const { answer, clock, kept } = await aRoute();
    const [one, other] = await Promise.all([answer(inTime), answer(inTime)]);
    expect(one.results).toEqual(other.results);
    const claimed = await kept.claim("key of nobody", "body", AbortSignal.timeout(5000));
    const faster = await kept.save("key of nobody", claimed, "[1]", AbortSignal.timeout(5000));
    expect(faster).toBeUndefined();
    const late = await kept.save("key of nobody", claimed, "[2]", AbortSignal.timeout(5000));
    expect(late).toEqual({ body: "body", answer: "[1]", revision: 1 });
    clock.now = new Date(clock.now.getTime() + 25 * 3600_000);
    expect(await kept.claim("key of nobody", "other", AbortSignal.timeout(5000))).toMatchObject({ body: "other" });
  });

  test("is its caller's alone", async () => {
    const { answer } = await aRoute();
    await answer(inTime);
    expect((await answer(inTime, { body: Buffer.from('{"users":[{}]}') })).status).toBe(422);
    const another = await answer(inTime, { caller: "1/AIDB" });
    expect(words(another.results)).toEqual(Array(120).fill("unchanged"));
  });

  test("stays in the table without key, body or user", async () => {
    const { answer, items } = await aRoute();
    await answer(inTime);
    const [item] = (await items()).filter(({ pk }) => pk?.S?.startsWith("batch#"));
    expect(Object.keys(item ?? {}).sort()).toEqual(["answer", "body", "pk", "revision", "sk", "ttl"]);
    expect(item?.pk?.S).toMatch(/^batch#[0-9a-f]{64}$/);
    expect(JSON.stringify(item)).not.toMatch(/example\.com|pbkdf2|u119/);
  });
});

test("more than 6 MiB are refused by the function, whatever let them through", () => {
  const body = Buffer.alloc(maxBodyBytes + 1, " ");
  expect(readJsonBody({ ...request, body })).toMatchObject({ answer: { status: 413, code: "REQUEST_TOO_LARGE" } });
});
