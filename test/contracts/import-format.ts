import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import type { ImportFormat, ImportRecord } from "../../lib/core/ports.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import type { ImportMappingSettings } from "../../lib/protocols/import-mapping.ts";
import { encodeLossless } from "../../lib/protocols/lossless-text.ts";
import { cutRawChars } from "../../lib/protocols/record-text.ts";

/** A user as a file has him: members in their order, all of them texts. */
export type FileRow = Readonly<Record<string, string>>;

export interface ImportFormatBed {
  open(settings?: ImportMappingSettings): ImportFormat;
  /** A file of these rows, each of which has the same members. */
  write(rows: readonly FileRow[]): Uint8Array;
  /** The line at which the row of that index begins in such a file. */
  lineOf(index: number): number;
  /** For formats of text: a file whose middle record's value is `chars` long, in pieces. */
  huge?(chars: number): Iterable<Uint8Array>;
}

/** The bytes in pieces of this size. */
export async function* pieces(bytes: Uint8Array, size: number = Math.max(1, bytes.length)): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function recordsOf(
  format: ImportFormat,
  bytes: Uint8Array | string,
  size?: number,
): Promise<readonly ImportRecord[]> {
  const given = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
  return await collect(format.read(pieces(given, size)));
}

async function collect(records: AsyncIterable<ImportRecord>): Promise<readonly ImportRecord[]> {
  const all: ImportRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

const secret = "Marker-of-a-password-1!";
export const aRow = (index: number, more: FileRow = {}): FileRow => ({
  id: `${index}`,
  username: `user-${index}`,
  email: `user-${index}@example.org`,
  email_verified: "yes",
  password: secret,
  disabled: "no",
  ...more,
});

/** The code with which a file cannot be read. */
export async function unreadable(read: Promise<unknown>): Promise<string> {
  const error: unknown = await read.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  expect(error).toBeInstanceOf(MigrationError);
  expect((error as MigrationError).code).toBe("IMPORT_UNREADABLE");
  return (error as MigrationError).message;
}

/** What every format of columns or members has to do. */
export function describeImportFormat(name: string, bed: ImportFormatBed): void {
  describe(`${name}, as every format,`, () => {
    it("makes a user of each row, by the columns' usual names", async () => {
      const [record] = await recordsOf(bed.open({ source: "shop" }), bed.write([aRow(1)]));
      expect(record).toMatchObject({
        kind: "user",
        line: bed.lineOf(0),
        user: {
          ...{ id: "1", source: "shop", username: "user-1", enabled: true },
          attributes: { email: "user-1@example.org", email_verified: "true" },
        },
      });
      expect(record?.kind === "user" && record.user.plaintext?.revealText()).toBe(secret);
    });

    it("accounts for each record in its order, with its line, and goes on behind a bad one", async () => {
      const rows = Array.from({ length: 40 }, (_, index) => aRow(index, index % 7 === 3 ? { disabled: "maybe" } : {}));
      const records = await recordsOf(bed.open(), bed.write(rows));
      expect(records.map(({ kind, line }) => [kind, line])).toEqual(
        rows.map(({ disabled }, index) => [disabled === "no" ? "user" : "refused", bed.lineOf(index)]),
      );
      for (const [index, { raw }] of records.entries()) expect(raw).toContain(`user-${index}@example.org`);
    });

    it("gives the same records in whatever pieces the file comes", async () => {
      const rows = Array.from({ length: 1200 }, (_, index) => aRow(index, { email: `zoë-王-😀-${index}@example.org` }));
      const bytes = bed.write(rows);
      const whole = await recordsOf(bed.open(), bytes);
      expect(whole).toHaveLength(1200);
      for (const size of [1, 7, 65_535, 65_536, 65_537]) {
        expect(await recordsOf(bed.open(), bytes, size)).toEqual(whole);
      }
    });

    it("takes a column called __proto__ or constructor for a name like any other", async () => {
      const row = aRow(1, { constructor: "x", toString: "y" });
      const rows: unknown[] = [];
      const user = (given: Readonly<Record<string, unknown>>) => {
        rows.push(given);
        return { id: given.id, username: given.hasOwnProperty, enabled: true, attributes: { ...given } };
      };
      const [mapped] = await recordsOf(bed.open({ user }), bed.write([row]));
      expect(mapped).toMatchObject({ kind: "refused", reason: expect.stringContaining("`username` is missing") });
      expect(Object.getPrototypeOf(rows[0])).toBe(null);
      const [usual] = await recordsOf(bed.open(), bed.write([row]));
      expect(Object.keys(usual?.kind === "user" ? usual.user.attributes : {})).toEqual(["email", "email_verified"]);
    });

    it("refuses a record on which `user` throws, and tells nothing that it said", async () => {
      const user = () => {
        throw new Error(secret);
      };
      const records = await recordsOf(bed.open({ user }), bed.write([aRow(1), aRow(2)]));
      expect(records.map((record) => record.kind === "refused" && record.reason)).toEqual(
        Array.from({ length: 2 }, () => "`user` threw on this record"),
      );
    });

    it("has no value of a record in a reason", async () => {
      for (const more of [{ disabled: secret }, { id: "" }, { email_verified: secret }, { password: `$1$${secret}` }]) {
        const [record] = await recordsOf(bed.open(), bed.write([aRow(1, more)]));
        expect(record?.kind).toBe("refused");
        expect(record?.kind === "refused" && record.reason).not.toContain("Marker");
      }
    });

    it("refuses a password that looks like a hash, which would become the password", async () => {
      for (const password of ["$2y$10$abcdefghijklmnopqrstuv", "{SSHA}aGFzaA==", "pbkdf2_sha256$1$salt$key"]) {
        const [record] = await recordsOf(bed.open(), bed.write([aRow(1, { password })]));
        expect(record).toMatchObject({ kind: "refused", reason: expect.stringContaining("password_hash") });
      }
    });

    it("takes a formula of a spreadsheet for the text that it is", async () => {
      for (const username of ["=1+1", "+4915112345", "@SUM(A1)", "-2"]) {
        const [record] = await recordsOf(bed.open(), bed.write([aRow(1, { username })]));
        expect(record).toMatchObject({ kind: "user", user: { username } });
      }
    });

    it("lets nobody in of whom it is not said that he may, unless `enabled` is set", async () => {
      const { disabled: _, ...silent } = aRow(1);
      const answer = await recordsOf(bed.open(), bed.write([silent])).catch((error: unknown) => [{ kind: "", error }]);
      expect(answer).not.toContainEqual(expect.objectContaining({ kind: "user" }));
      expect(await recordsOf(bed.open({ enabled: true }), bed.write([silent]))).toMatchObject([
        { kind: "user", user: { enabled: true } },
      ]);
      expect((await recordsOf(bed.open(), bed.write([aRow(1, { disabled: "" })])))[0]?.kind).toBe("refused");
    });

    it("closes the file when its reader stops", async () => {
      let closed = false;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          yield* pieces(bed.write(Array.from({ length: 3000 }, (_, index) => aRow(index))), 1000);
        } finally {
          closed = true;
        }
      }
      for await (const _ of bed.open().read(source())) break;
      expect(closed).toBe(true);
    });

    it("recognizes its own file, and nothing in any bytes by an exception", () => {
      const format = bed.open();
      expect(format.name).toBe(name);
      expect(format.recognizes(bed.write([aRow(1), aRow(2)]), `users.${name}`)).toBe(true);
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (head) => void format.recognizes(head, "users")));
    });

    it("makes records or IMPORT_UNREADABLE of any bytes", async () => {
      const file = bed.write([aRow(1), aRow(2), aRow(3)]);
      const spoilt = fc
        .tuple(fc.nat(file.length - 1), fc.uint8Array({ maxLength: 8 }), fc.nat(8))
        .map(([at, put, gone]) => Buffer.concat([file.subarray(0, at), put, file.subarray(at + gone)]));
      const property = fc.asyncProperty(fc.oneof(spoilt, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
        try {
          const lines = (await recordsOf(bed.open(), bytes)).map(({ line }) => line);
          expect(lines).toEqual([...lines].sort((a, b) => a - b));
        } catch (error) {
          expect(error).toMatchObject({ code: "IMPORT_UNREADABLE" });
        }
      });
      await fc.assert(property, { numRuns: 300 });
    });

    it("reports its wrong settings, and throws none", () => {
      const wrong = { source: "", user: "row", enabled: "yes" } as unknown as ImportMappingSettings;
      expect(settingFaultsOf(bed.open(wrong)).map(({ path }) => path)).toEqual(["source", "user", "enabled"]);
      expect(settingFaultsOf(bed.open())).toEqual([]);
    });
  });

  const { huge } = bed;
  if (huge !== undefined) describe(`${name}, as every format of text,`, () => describeText(bed, huge));
}

function describeText(bed: ImportFormatBed, huge: (chars: number) => Iterable<Uint8Array>): void {
  const text = () => Buffer.from(bed.write([aRow(1, { email: "zoë@example.org" }), aRow(2)])).toString();
  const shape = (records: readonly ImportRecord[]) =>
    records.map((record) => [record.line, record.raw, record.kind === "user" && record.user.attributes.email]);

  it("reads UTF-8 with a byte order mark and UTF-16 of both orders", async () => {
    const plain = shape(await recordsOf(bed.open(), text()));
    expect(plain.map(([, , email]) => email)).toEqual(["zoë@example.org", "user-2@example.org"]);
    const little = Buffer.from(`\ufeff${text()}`, "utf16le");
    for (const bytes of [Buffer.from(`\ufeff${text()}`), little, Buffer.from(little).swap16()]) {
      expect(shape(await recordsOf(bed.open(), bytes))).toEqual(plain);
      expect(shape(await recordsOf(bed.open(), bytes, 1))).toEqual(plain);
    }
  });

  it("refuses UTF-32", async () => {
    expect(await unreadable(recordsOf(bed.open(), Buffer.of(0xff, 0xfe, 0, 0, 0x5b, 0, 0, 0)))).toMatch(/UTF-32/);
  });

  it("refuses the record with bytes of no character alone, and its raw gives these bytes back", async () => {
    // ISO 8859-1, a surrogate in UTF-8, an overlong slash, a sequence without its end, NUL.
    for (const bad of [[0xfc], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xe2, 0x82], [0x00]]) {
      const bytes = Buffer.from(bed.write([aRow(1), aRow(2, { email: "HERE@example.org" }), aRow(3)]));
      const at = bytes.indexOf("HERE");
      const spoilt = Buffer.concat([bytes.subarray(0, at), Buffer.from(bad), bytes.subarray(at + 4)]);
      const records = await recordsOf(bed.open(), spoilt);
      expect(records.map(({ kind }) => kind)).toEqual(["user", "refused", "user"]);
      const raw = Buffer.from(encodeLossless(records[1]?.raw ?? ""));
      expect(raw.length > 0 && spoilt.includes(raw)).toBe(true);
      expect(raw.includes(Buffer.from(bad))).toBe(true);
    }
  });

  it("refuses a record of 160 MB without holding it, and goes on behind it", async () => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      for (const piece of huge(160_000_000)) {
        yield piece;
        peak = Math.max(peak, process.memoryUsage().rss - before);
      }
    }
    const records = await collect(bed.open().read(source()));
    expect(records.map(({ kind }) => kind)).toEqual(["user", "refused", "user"]);
    expect(records[1]?.raw.length).toBe(cutRawChars);
    expect(records[1]).toMatchObject({ reason: expect.stringContaining(`first ${cutRawChars} are kept`) });
    expect(peak).toBeLessThan(120_000_000);
  });
}

/** Around one value of that many characters, with one buffer for all of its pieces. */
export function* around(before: string, chars: number, after: string): Generator<Uint8Array> {
  yield Buffer.from(before);
  const piece = Buffer.alloc(64 * 1024, "x");
  for (let written = 0; written < chars; written += piece.length) yield piece;
  yield Buffer.from(after);
}
