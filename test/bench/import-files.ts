import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";

export interface ImportFiles {
  readonly csv: string;
  readonly ndjson: string;
  readonly json: string;
}

/** The same users in each format, with quotes, commas, line ends in quotes and names of every script. */
export async function writeImportFiles(folder: string, users: number): Promise<ImportFiles> {
  const files = {
    csv: join(folder, `${users}.csv`),
    ndjson: join(folder, `${users}.ndjson`),
    json: join(folder, `${users}.json`),
  };
  const [csv, ndjson, json] = [files.csv, files.ndjson, files.json].map((file) => createWriteStream(file));
  if (csv === undefined || ndjson === undefined || json === undefined) throw new Error("three files");
  const write = async (stream: typeof csv, text: string) => {
    if (!stream.write(text)) await once(stream, "drain");
  };
  await write(csv, `${Object.keys(user(0)).join(",")}\n`);
  await write(json, "[");
  for (let first = 0; first < users; first += 1000) {
    const batch = Array.from({ length: Math.min(1000, users - first) }, (_, index) => user(first + index));
    const lines = batch.map((one) => JSON.stringify(one));
    await write(csv, batch.map((one) => `${Object.values(one).map(field).join(",")}\n`).join(""));
    await write(ndjson, `${lines.join("\n")}\n`);
    await write(json, `${first === 0 ? "" : ",\n"}${lines.join(",\n")}`);
  }
  await write(json, "]\n");
  await Promise.all([csv, ndjson, json].map((stream) => new Promise((done) => stream.end(done))));
  return files;
}

/** Such users as the bytes of an NDJSON file, without the file. */
export async function* manyUsers(users: number): AsyncGenerator<Uint8Array> {
  const at = 200;
  for (let first = 0; first < users; first += at) {
    const batch = Array.from({ length: Math.min(at, users - first) }, (_, index) =>
      JSON.stringify(user(first + index)),
    );
    yield Buffer.from(`${batch.join("\n")}\n`, "utf8");
  }
}

const names = ["Ann Example", "Zoë Müller", "Иван Петров", "王小明", 'Bob "Bobby" Tables', "O'Neill, Shaun"];

function user(index: number): Readonly<Record<string, string | number | boolean>> {
  const at = new Date(1.5e12 + index * 60_000).toISOString();
  return {
    id: index + 1,
    username: `user-${index}`,
    email: `user-${index}@mail-${index % 97}.example.org`,
    email_verified: index % 3 !== 0,
    phone: `+4915${String(100000000 + index)}`,
    name: names[index % names.length] ?? "",
    address: index % 50 === 0 ? `Street ${index}\n12345 Town` : `Street ${index}`,
    password_hash: `$2b$12$${index.toString(36).padStart(22, "A")}${"u6y7J8k9L0mN1oP2qR3sT4uV5wX6yZ7"}`,
    disabled: index % 20 === 0,
    created_at: at,
  };
}

// As a database's export quotes: where it has to.
function field(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
