import { describe, expect, test } from "vitest";
import { parseImportedUser } from "../../lib/core/imported-user.ts";
import { Secret } from "../../lib/core/secret.ts";
import { mappedUser } from "../../lib/distributed-import/batch-file.ts";
import { type SplitAnswer, splitImport } from "../../lib/distributed-import/split-import.ts";
import { aSetting, soon, unhurried } from "./setting.ts";

const header = "id,email,email_verified,enabled,password";
const rows = (count: number, more = "") =>
  Array.from({ length: count }, (_, index) => `${index},p${index}@example.org,true,true,secret-${index}${more}`);
const fileOf = (lines: readonly string[]) => `${[header, ...lines].join("\n")}\n`;

/** Late once this many records have been read. */
const lateAfter = (count: number) => {
  let asked = 0;
  return {
    signal: soon(),
    isLate: () => {
      asked += 1;
      return asked > count;
    },
  };
};

describe("an upload that is split", () => {
  test("becomes batches of 500 distinct users, and the records that nobody has to look at again", async () => {
    const { upload, split, objects } = await aSetting();
    const lines = [...rows(700), "0,other@example.org,true,true,x", "broken", "701,p3@example.org,true,true,x"];
    const event = await upload(fileOf(lines), { source: "shop", existing: "keep" });
    expect(await splitImport(event, unhurried(), split)).toEqual({
      status: "split",
      id: event.id,
      key: event.key,
      etag: event.etag,
      bucket: "imports",
      prefix: `work/${event.id}/batch-`,
      results: `results/${event.id}/map/`,
      batches: 2,
    });
    const names = ["batch-000001.json", "batch-000002.json", "file.json", "refused-000001.json"];
    expect(await objects.keys("work/")).toEqual(names.map((name) => `work/${event.id}/${name}`));
    const second = JSON.parse(await objects.text(`work/${event.id}/batch-000002.json`));
    expect(second).toMatchObject({ source: "shop", options: { existing: "keep", hashes: "vault" } });
    expect(second.records).toHaveLength(200);
    expect(second.records[0]).toMatchObject({ number: 501, line: 502, raw: lines[500] });
    const { tally, refused } = JSON.parse(await objects.text(`work/${event.id}/refused-000001.json`));
    expect(tally).toMatchObject({ read: 3, refused: 3 });
    expect(
      refused.map(({ number, line, raw }: { number: number; line: number; raw: string }) => [number, line, raw]),
    ).toEqual([
      [701, 702, lines[700]],
      [702, 703, lines[701]],
      [703, 704, lines[702]],
    ]);
  });

  test("has a batch end at a mebibyte, and one of its own for a record that is longer", async () => {
    const { upload, split, objects } = await aSetting();
    const aUser = (id: number, characters: number) =>
      JSON.stringify({ id, email: `p${id}@example.org`, enabled: true, nickname: "x".repeat(characters) });
    const lines = [...[0, 1, 2, 3, 4].map((id) => aUser(id, 150_000)), aUser(5, 700_000)];
    const event = await upload(`${lines.join("\n")}\n`, { format: "ndjson" });
    expect(await splitImport(event, unhurried(), split)).toMatchObject({ batches: 3 });
    const texts = await Promise.all((await objects.keys(`work/${event.id}/batch-`)).map(objects.text));
    expect(texts.map((text) => JSON.parse(text).records.length)).toEqual([3, 2, 1]);
    expect(texts.slice(0, 2).filter((text) => text.length > 1024 * 1024)).toEqual([]);
  });

  test("goes on behind what is written when the time was over: every record once, duplicates found across the calls", async () => {
    const { upload, split, objects } = await aSetting();
    const lines = [...rows(1700), ...rows(600, "again")];
    const event = await upload(fileOf(lines));
    const answers: SplitAnswer[] = [];
    let from = { batches: 0, refused: 0, records: 0 };
    do {
      const answer = await splitImport({ ...event, from }, lateAfter(1100 * (answers.length + 1)), split);
      answers.push(answer);
      if (answer.status === "more") from = answer.from;
    } while (answers.at(-1)?.status === "more");
    expect(answers.map((answer) => (answer.status === "more" ? answer.from : answer.status))).toEqual([
      { batches: 3, refused: 0, records: 1100 },
      { batches: 5, refused: 1, records: 2200 },
      "split",
    ]);
    expect(answers.at(-1)).toMatchObject({ batches: 5 });
    const numbers = async (kind: "batch" | "refused") => {
      const texts = await Promise.all((await objects.keys(`work/${event.id}/${kind}-`)).map(objects.text));
      const records = texts.flatMap((text) => JSON.parse(text)[kind === "batch" ? "records" : "refused"]);
      return records.map(({ number }: { readonly number: number }) => number);
    };
    expect(await numbers("batch")).toEqual(Array.from({ length: 1700 }, (_, index) => index + 1));
    expect(await numbers("refused")).toEqual(Array.from({ length: 600 }, (_, index) => 1701 + index));
  });

  test("leaves nothing of a call that was ended, and came further than the one that took its place", async () => {
    const { upload, split, objects } = await aSetting();
    const event = await upload(fileOf(rows(1600)));
    // Nobody heard the first answer, and nobody will go on from it.
    expect(await splitImport(event, lateAfter(1501), split)).toMatchObject({ from: { batches: 4, records: 1501 } });
    const from = { batches: 3, refused: 0, records: 1499 };
    expect(await splitImport(event, lateAfter(1499), split)).toMatchObject({ status: "more", from });
    expect(await splitImport({ ...event, from }, unhurried(), split)).toMatchObject({ batches: 4 });
    expect(await objects.keys(`work/${event.id}/batch-`)).toHaveLength(4);
    const whole = { ...event, from: { batches: 0, refused: 0, records: 0 } };
    await objects.put(`work/${event.id}/batch-000005.json`, "{}");
    expect(await splitImport(whole, unhurried(), split)).toMatchObject({ batches: 4 });
    expect(await objects.keys(`work/${event.id}/batch-`)).toHaveLength(4);
  });

  test("is given up where one call does not come further than the one before", async () => {
    const { upload, split } = await aSetting();
    const event = await upload(fileOf(rows(900)));
    const first = await splitImport(event, lateAfter(600), split);
    const from = first.status === "more" ? first.from : undefined;
    await expect(splitImport({ ...event, from }, lateAfter(600), split)).rejects.toThrow(
      /^the function's time is over/,
    );
  });

  test("is the file that was told, and no later one under the same key", async () => {
    const { upload, split, objects } = await aSetting();
    const event = await upload(fileOf(rows(2)));
    await objects.put(event.key, fileOf(rows(3)));
    await expect(splitImport(event, unhurried(), split)).rejects.toMatchObject({ code: "IMPORT_UNREADABLE" });
  });

  test("is one execution's: a second one ends quietly, and the first may be called again", async () => {
    const { upload, split } = await aSetting();
    const event = await upload(fileOf(rows(2)));
    expect(await splitImport(event, unhurried(), split)).toMatchObject({ status: "split" });
    const second = { ...event, execution: "execution-2" };
    expect(await splitImport(second, unhurried(), split)).toEqual({ status: "over" });
    expect(await splitImport(event, unhurried(), split)).toMatchObject({ status: "split", batches: 1 });
    const unknown = { ...event, key: "uploads/01234567-89ab-cdef-0123-456789abcdef" };
    expect(await splitImport(unknown, unhurried(), split)).toEqual({ status: "over" });
  });

  test.each([
    [{ source: "other" }, "source other: migration.config.ts has shop"],
    [{ existing: "replace" }, "existing replace: allowed are update, keep"],
  ])("is refused with an order that is none: %o", async (detail, message) => {
    const { upload, split } = await aSetting();
    await expect(splitImport(await upload(fileOf(rows(1)), detail), unhurried(), split)).rejects.toThrow(message);
  });

  test.each(["uploads/", "uploads/../x", "work/01234567-89ab-cdef-0123-456789abcdef", 7])(
    "is not one at %s",
    async (key) => {
      const { split } = await aSetting();
      const event = { key, etag: "e", execution: "x" };
      await expect(splitImport(event, unhurried(), split)).rejects.toMatchObject({ code: "EVENT_INVALID" });
    },
  );
});

test("a user is the same on the other side of a batch, secrets and all", () => {
  const user = parseImportedUser(
    {
      id: 7,
      username: "ada",
      enabled: false,
      attributes: { email: "ada@example.org", __proto__: null, "custom:tier": 3 },
      groups: ["staff"],
      plaintext: "\u{1f511} pass\u0000word",
      identities: [{ provider: "google", userId: 12 }],
      totp: "JBSWY3DPEHPK3PXP",
      createdAt: 1_700_000_000,
      departments: [["Acme", "R&D"]],
      passwordVersion: "3",
    },
    "shop",
  );
  const hashed = parseImportedUser(
    {
      id: "8",
      username: "bob",
      enabled: true,
      attributes: {},
      password: [{ encoded: "a", salt: "b", params: { n: 1 } }],
    },
    "shop",
  );
  for (const one of [user, hashed]) {
    const there = parseImportedUser(JSON.parse(JSON.stringify(mappedUser(one))), "shop");
    const shown = (value: object) =>
      JSON.stringify(value, (_, member) => (member instanceof Secret ? member.revealText() : member));
    expect(shown(mappedUser(there))).toBe(shown(mappedUser(one)));
    expect(there.plaintext?.revealText()).toBe(one.plaintext?.revealText());
    expect(there.totp?.revealText()).toBe(one.totp?.revealText());
  }
});
