import { describe, expect, onTestFinished, test } from "vitest";
import type { LegacySource, Lookup } from "../../lib/core/ports.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";

/** What a source's test brings for the suite: a store with these users, and sources on it. */
export interface SourceFixture {
  /** A new source on the store; the suite closes it. */
  open(): LegacySource;
  /** A user who is found by each of these. */
  readonly known: { readonly id: string; readonly lookups: readonly Lookup[] };
  /** Two users answer to it. */
  readonly ambiguous: Lookup;
  /** The record found by it cannot be mapped. */
  readonly unusable: Lookup;
  /** A new source whose store is down. */
  openBroken(): LegacySource;
  /** New sources whose store never answers, by the place where it stops. */
  readonly stalled: Readonly<Record<string, () => Promise<StalledSource> | StalledSource>>;
  /** Sources with wrong settings, and the paths of the faults that they have to report. */
  readonly misconfigured: readonly { readonly source: LegacySource; readonly paths: readonly string[] }[];
}

export interface StalledSource {
  readonly source: LegacySource;
  /** What the store still holds open for this source. */
  open(): Promise<number> | number;
}

/** Texts that mean something to SQL, LDAP, JSON stores, shells and logs. For a source they are names of nobody. */
export const hostileTexts: readonly string[] = [
  "' or '1'='1",
  "'; drop table users; --",
  "ada' --",
  "ada'/**/or/**/1=1#",
  "\\' or 1=1 --",
  "ada\\",
  "%",
  "a_a",
  "ada%",
  "$1",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a text that a template would fill in, and nothing may
  "${ada}",
  "*)(uid=*",
  '{"$ne":null}',
  "ada\r\nx-injected: 1",
  "\u001b[2Jada",
  "ADA",
  " ada",
  "ada ",
  "аda",
  "ａｄａ",
  "ada\u200b",
  "ʼ or 1=1",
  "\ud800",
  "a".repeat(1_000_000),
  "__proto__",
  "constructor",
];

/** How every legacy store has to behave. `fixture` is read when the tests run: it may stand on what `beforeAll` makes. */
export function describeSource(title: string, fixture: () => SourceFixture): void {
  const opened = (): LegacySource => closedAfterwards(fixture().open());

  describe(`${title}: the source's contract`, () => {
    test("finds a user by each of its look-ups", async () => {
      const source = opened();
      const { id, lookups } = fixture().known;
      expect(source.lookups.toSorted()).toEqual([...new Set(lookups.map(({ by }) => by))].toSorted());
      for (const lookup of lookups) {
        const user = await find(source, lookup);
        expect(user, lookup.by).toMatchObject({ id, source: source.name });
      }
    });

    test("answers undefined for a user who is not there", async () => {
      const source = opened();
      for (const { by } of fixture().known.lookups) {
        expect(await find(source, named(by, "nobody-of-that-name")), by).toBeUndefined();
      }
    });

    test("refuses two users of one identifier, never the first of them", async () => {
      await expect(find(opened(), fixture().ambiguous)).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    });

    test("refuses a record that cannot be mapped", async () => {
      await expect(find(opened(), fixture().unusable)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    });

    test("finds nobody by a text that is syntax elsewhere", async () => {
      const source = opened();
      for (const { by } of fixture().known.lookups) {
        for (const text of hostileTexts) {
          expect(await find(source, named(by, text)), `${by} ${JSON.stringify(text.slice(0, 40))}`).toBeUndefined();
        }
      }
      // Nothing was dropped or broken on the way.
      const [lookup] = fixture().known.lookups;
      if (lookup !== undefined) expect(await find(source, lookup)).toBeDefined();
    });

    test("throws a fault when its store is down, and never calls a user unknown", async () => {
      const source = closedAfterwards(fixture().openBroken());
      for (const lookup of fixture().known.lookups) {
        await expect(find(source, lookup)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      }
    });

    test("asks nothing when the time is already over", async () => {
      const reason = new Error("over before it began");
      for (const lookup of fixture().known.lookups) {
        await expect(find(opened(), lookup, AbortSignal.abort(reason))).rejects.toBe(reason);
      }
    });

    test("is cut by the signal wherever its store stops answering, and leaves nothing open", async () => {
      for (const [where, stall] of Object.entries(fixture().stalled)) {
        const { source, open } = await stall();
        closedAfterwards(source);
        const [lookup] = fixture().known.lookups;
        if (lookup === undefined) expect.unreachable("a source without look-ups");
        const controller = new AbortController();
        const reason = new Error(`cut ${where}`);
        setTimeout(() => controller.abort(reason), 150);
        await expect(find(source, lookup, controller.signal), where).rejects.toBe(reason);
        await expect.poll(open, { message: where, timeout: 3000, interval: 20 }).toBe(0);
      }
    });

    test("can be used again after it was closed", async () => {
      const source = opened();
      const [lookup] = fixture().known.lookups;
      if (lookup === undefined) expect.unreachable("a source without look-ups");
      for (let round = 0; round < 2; round++) {
        expect(await find(source, lookup)).toBeDefined();
        await source.close?.();
      }
      await source.close?.();
    });

    test("reports every wrong setting with its path, and throws for none", () => {
      for (const { source, paths } of fixture().misconfigured) {
        expect(settingFaultsOf(source).map(({ path }) => path)).toEqual(paths);
      }
      expect(settingFaultsOf(opened())).toEqual([]);
    });
  });
}

/** A look-up by a text that is canonical as it is. */
export function named(by: Lookup["by"], text: string): Lookup {
  return { by, canonical: text, typed: text };
}

function find(source: LegacySource, lookup: Lookup, signal: AbortSignal = AbortSignal.timeout(10_000)) {
  if (source.find === undefined) expect.unreachable(`${source.name} has no find`);
  return source.find(lookup, signal);
}

function closedAfterwards(source: LegacySource): LegacySource {
  onTestFinished(() => source.close?.());
  return source;
}
