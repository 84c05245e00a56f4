import { randomUUID } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openSeen } from "../../lib/import-input/seen.ts";

const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("samekey-import-"));

describe("what a file has brought", () => {
  it("tells the line that had an identifier before", async () => {
    const seen = await openSeen();
    onTestFinished(() => seen.close());
    expect(seen.add(["id 1", "ann", "ann@example.com"], 2)).toBeUndefined();
    expect(seen.add(["id 2", "bob"], 3)).toBeUndefined();
    expect(seen.add(["id 3", "ann@example.com"], 4)).toBe(2);
    expect(seen.add(["id 2", "cleo"], 5)).toBe(3);
  });

  it("keeps nobody from a name for one who was refused", async () => {
    const seen = await openSeen();
    onTestFinished(() => seen.close());
    seen.add(["id 1", "ann"], 2);
    expect(seen.add(["id 2", "new", "ann"], 3)).toBe(2);
    expect(seen.add(["id 2", "new"], 4)).toBeUndefined();
  });

  it("is a file for its owner alone, without any name in it, and gone at the end", async () => {
    const before = new Set(await folders());
    const seen = await openSeen();
    const name = randomUUID();
    seen.add([name], 1);
    expect(await seen.bytes()).toBeGreaterThan(0);
    const [folder = ""] = (await folders()).filter((one) => !before.has(one));
    const path = join(tmpdir(), folder);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect((await readFile(join(path, "seen"))).includes(name)).toBe(false);
    await seen.close();
    await expect(stat(path)).rejects.toThrow();
  });
});
