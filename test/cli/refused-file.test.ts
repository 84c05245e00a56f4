import { readFile, stat } from "node:fs/promises";
import { expect, it } from "vitest";
import { openRefusedFile } from "../../lib/cli/import/refused-file.ts";
import { csv } from "../../lib/imports/csv.ts";
import { aFolder } from "../support/folder.ts";

async function* inOne(bytes: Uint8Array) {
  yield bytes;
}

it("gives a record back byte for byte, under the header, though it is no Unicode", async () => {
  const bad = Buffer.from([0x31, 0x2c, 0xff, 0xfe, 0x2c, 0x78]);
  const bytes = Buffer.concat([Buffer.from("id,email,enabled\n"), bad, Buffer.from("\n")]);
  const path = `${await aFolder()}/users.csv`;
  const file = await openRefusedFile(path, "id,email,enabled");
  for await (const record of csv({ enabled: true }).read(inOne(bytes))) {
    if (record.kind === "refused") await file.write(record.line, record.reason, record.raw);
  }
  await file.close();
  const [refused = "", reasons = ""] = file.paths();
  expect(await readFile(refused)).toEqual(bytes);
  expect(await readFile(reasons, "utf8")).toMatch(/^line 2: /);
  for (const one of [refused, reasons]) expect((await stat(one)).mode & 0o777).toBe(0o600);
});

it("makes no file where nothing is refused", async () => {
  const folder = await aFolder();
  const file = await openRefusedFile(`${folder}/users.csv`, undefined);
  await file.close();
  expect(file.paths()).toEqual([]);
  await expect(stat(`${folder}/users.refused.csv`)).rejects.toMatchObject({ code: "ENOENT" });
});
