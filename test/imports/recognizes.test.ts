import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ImportFormat } from "../../lib/core/ports.ts";
import { csv } from "../../lib/imports/csv.ts";
import { json } from "../../lib/imports/json.ts";
import { ndjson } from "../../lib/imports/ndjson.ts";
import { xlsx } from "../../lib/imports/xlsx.ts";
import { textRows, workbook } from "../support/workbook.ts";

const general: readonly ImportFormat[] = [csv(), json(), ndjson(), xlsx()];

const object = '{"id":1,"email":"ann@example.org"}';
const long = "x".repeat(70_000);

// What a file begins with, what it is called, and whose it is.
const heads: readonly (readonly [string | Uint8Array, string, string | undefined])[] = [
  ["id,email\n1,a@b.org\n", "users.csv", "csv"],
  ["id,email\n1,a@b.org\n", "export", "csv"],
  ["\ufeffid;email\r\n", "export.txt", "csv"],
  ["id\temail\n1\ta@b.org\n", "users.tsv", "csv"],
  ['"user id","e-mail"\n', "export", "csv"],
  ["sep=;\nid;email\n", "users.csv", "csv"],
  ["foo,bar\n1,2\n", "users.csv", "csv"],
  ["foo,bar\n1,2\n", "export", undefined],
  ["Dear all, this is no export\n", "readme.txt", undefined],
  ["id,id\n", "users.csv", undefined],
  [Buffer.from("\ufeffid,email\n1,a@b.org\n", "utf16le"), "users.csv", "csv"],
  [Buffer.from("id,email\n", "utf16le"), "users.csv", undefined],
  [`[${object}]`, "users.json", "json"],
  [`\n [\n  ${object},`, "export", "json"],
  [`[{"id":"${long}`, "users.json", "json"],
  ["[]", "users.csv", "json"],
  ["[1,2]", "users.json", undefined],
  [`${object}\n${object}\n`, "users.json", "ndjson"],
  [`\ufeff${object}\r\n${object.slice(0, 20)}`, "export", "ndjson"],
  [`${object}\n`, "users.ndjson", "ndjson"],
  [object, "users.jsonl", "ndjson"],
  [`${object}\n`, "users.json", undefined],
  ['{"users":[\n{"id":1}\n]}', "users.json", undefined],
  ['{"id,email":1,"a":2}\n', "users.csv", undefined],
  ["dn: cn=ann,dc=example\ncn: ann\n", "users.ldif", undefined],
  ["<users><user id='1,2'/></users>", "users.xml", undefined],
  [workbook({ rows: textRows([["id", "email"]]) }), "users.xlsx", "xlsx"],
  [workbook({ rows: textRows([["id", "email"]]) }), "upload", "xlsx"],
  [Buffer.from("PK\u0003\u0004 id,email"), "users.zip", undefined],
  ["id,email\n", "users.xlsx", "csv"],
  ["", "users.csv", undefined],
];

describe("recognizes", () => {
  it("is asked of every general format here", () => {
    const members = readdirSync(new URL("../../lib/imports", import.meta.url));
    for (const { name } of general) expect(members).toContain(`${name}.ts`);
  });

  it.each(heads)("gives %.40j, called %s, to one format at most: %s", (head, fileName, whose) => {
    const bytes = typeof head === "string" ? Buffer.from(head) : head;
    const claimed = general.filter((format) => format.recognizes(bytes.subarray(0, 64 * 1024), fileName));
    expect(claimed.map(({ name }) => name)).toEqual(whose === undefined ? [] : [whose]);
  });
});
