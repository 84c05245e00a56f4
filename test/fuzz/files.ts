import assert from "node:assert/strict";
import fc from "fast-check";
import type { ImportFormat } from "../../lib/core/ports.ts";
import { chooseFormat, headBytes, importFormats } from "../../lib/import-input/formats.ts";
import { parseCheckedJson } from "../../lib/protocols/checked-json.ts";
import { hasDuplicateKeys } from "../../lib/protocols/duplicate-keys.ts";
import { workbook } from "../support/workbook.ts";
import { bytesLike, inPieces, oddValue, textLike } from "./inputs.ts";
import { aMappedUser, importFixture } from "./samples.ts";
import { type FuzzTarget, target } from "./target.ts";

// Files of exported users, and the JSON in them.

const csvFile = Buffer.from(
  'id,username,email,email_verified,password,disabled\n1,ann,"a@example.org",yes,"x ""y""",no\n2,bob,,,,\n',
);
const jsonFile = Buffer.from(JSON.stringify({ users: [aMappedUser, { ...aMappedUser, id: 2 }] }));
const ndjsonFile = Buffer.from(`${JSON.stringify(aMappedUser)}\n${JSON.stringify({ ...aMappedUser, id: 2 })}\n`);

const sheetRows =
  '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="s"><v>0</v></c></row>' +
  '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><r><t>ann</t></r></is></c><c r="C2" t="b"><v>1</v></c></row>';
const sharedStrings = '<si><t>username</t></si><si><t xml:space="preserve"> x </t></si>';

const samples: Readonly<Record<string, readonly Uint8Array[]>> = {
  auth0: ["auth0-export.ndjson", "auth0-import.json", "auth0-hashes.ndjson"].map(importFixture),
  clerk: ["clerk.csv", "clerk.json"].map(importFixture),
  cognito: ["cognito.csv"].map(importFixture),
  firebase: ["firebase.csv", "firebase.json"].map(importFixture),
  fusionauth: ["fusionauth.json"].map(importFixture),
  keycloak: ["keycloak.json"].map(importFixture),
  ldif: ["openldap.ldif", "active-directory.ldif"].map(importFixture),
  okta: ["okta.ndjson"].map(importFixture),
  supabase: ["supabase.csv", "supabase.json"].map(importFixture),
  csv: [csvFile],
  json: [jsonFile, Buffer.from(`[${JSON.stringify(aMappedUser)}]`)],
  ndjson: [ndjsonFile],
  xlsx: [workbook({ rows: sheetRows, sharedStrings })],
};

async function readFile(format: ImportFormat, bytes: Uint8Array, size: number): Promise<void> {
  let last = 0;
  for await (const record of format.read(inPieces(bytes, size))) {
    assert(record.line >= last && record.line > 0, "lines in their order");
    last = record.line;
    if (record.kind === "refused") assert(record.reason !== "", "a reason");
    else assert(record.user.id !== "" && record.user.source !== "", "a user has an id");
  }
}

const readers = importFormats().map((format) => {
  const examples = samples[format.name];
  if (examples === undefined) throw new Error(`${format.name}: no sample in test/fuzz/files.ts`);
  return target({
    name: `file ${format.name}`,
    input: fc.tuple(bytesLike(examples), fc.constantFrom(1, 7, 64, 4096)),
    codes: ["IMPORT_UNREADABLE"],
    parse: ([bytes, size]) => readFile(format, bytes, size),
  });
});

function reader(name: string): ImportFormat {
  const found = importFormats().find((one) => one.name === name);
  if (found === undefined) throw new Error(`no reader ${name}`);
  return found;
}

const everyFile = Object.values(samples).flat();
const documents = [...everyFile.filter((one) => one[0] === 0x7b || one[0] === 0x5b)].map((one) =>
  Buffer.from(one).toString("utf8"),
);

export const fileTargets: readonly FuzzTarget[] = [
  ...readers,
  target({
    name: "sheet of a workbook",
    input: fc.tuple(textLike([sheetRows]), textLike([sharedStrings])),
    codes: ["IMPORT_UNREADABLE"],
    parse: ([rows, strings]) => readFile(reader("xlsx"), workbook({ rows, sharedStrings: strings }), 4096),
  }),
  target({
    name: "file of an unknown format",
    input: fc.tuple(bytesLike(everyFile), textLike(["users.csv", "users.json", "users.xlsx", "users"])),
    codes: ["IMPORT_UNREADABLE"],
    parse: ([bytes, name]) => chooseFormat(bytes.subarray(0, headBytes), name, undefined),
  }),
  target({
    name: "JSON of a record",
    input: textLike(documents.map((one) => one.slice(0, 2000))),
    codes: [],
    parse: (text) => parseCheckedJson(text),
  }),
  target({
    name: "keys of JSON",
    input: oddValue,
    codes: [],
    parse: (value) => hasDuplicateKeys(JSON.stringify(value) ?? ""),
  }),
];
