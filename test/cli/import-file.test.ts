import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openImportFile } from "../../lib/cli/import/import-file.ts";
import { importFormats } from "../../lib/import-input/formats.ts";
import * as members from "../../lib/imports/index.ts";
import { aFolder } from "../support/folder.ts";

const fixtures = fileURLToPath(new URL("../imports/fixtures/", import.meta.url));
const files = readdirSync(fixtures).filter((file) => file !== "README.md");

describe("the reader of a file", () => {
  it("is one of the whole family: what lib/import-input/formats.ts lists", () => {
    const listed = importFormats().map(({ name }) => name);
    expect([...listed].sort()).toEqual(
      Object.values(members)
        .map((make) => make().name)
        .sort(),
    );
  });

  it.each(files)("of %s is its vendor's, though a general one would take it too", async (file) => {
    const { format } = await openImportFile(`${fixtures}${file}`, undefined, undefined);
    expect(["csv", "ndjson", "json", "xlsx"]).not.toContain(format.name);
  });

  it.each([
    ["users.csv", "id,email,enabled\n1,a@example.org,true\n", "csv"],
    ["users.ndjson", '{"id":1,"email":"a@example.org"}\n', "ndjson"],
    ["users.json", '[{"id":1,"email":"a@example.org"}]', "json"],
  ])("of %s is the general one", async (name, text, reader) => {
    const file = `${await aFolder()}/${name}`;
    await writeFile(file, text);
    expect((await openImportFile(file, undefined, undefined)).format.name).toBe(reader);
  });

  it("is the one that is named, whatever the file looks like", async () => {
    expect((await openImportFile(`${fixtures}clerk.csv`, "csv", undefined)).format.name).toBe("csv");
  });

  it("is the adopter's own, the default export of a module", async () => {
    const folder = await aFolder();
    const csv = fileURLToPath(new URL("../../lib/imports/csv.ts", import.meta.url));
    await writeFile(
      `${folder}/mapping.ts`,
      `import { csv } from ${JSON.stringify(csv)};\nexport default csv({ enabled: true });\n`,
    );
    await writeFile(`${folder}/none.ts`, "export default {};\n");
    await writeFile(`${folder}/users.csv`, "a,b\n");
    const { format } = await openImportFile(`${folder}/users.csv`, undefined, `${folder}/mapping.ts`);
    expect(format.name).toBe("csv");
    const none = openImportFile(`${folder}/users.csv`, undefined, `${folder}/none.ts`);
    await expect(none).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("cannot be chosen for a file that is not there", async () => {
    const missing = openImportFile(`${await aFolder()}/users.csv`, undefined, undefined);
    await expect(missing).rejects.toMatchObject({
      code: "IMPORT_UNREADABLE",
      message: expect.stringContaining("ENOENT"),
    });
  });

  it("is missed with the names of all of them", async () => {
    const file = `${await aFolder()}/notes`;
    await writeFile(file, "\u0000\u0001 nothing that anybody exports");
    const told = await openImportFile(file, undefined, undefined).catch(String);
    for (const { name } of importFormats()) expect(told).toContain(name);
  });
});
