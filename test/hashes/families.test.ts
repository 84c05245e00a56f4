import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { camelCase, dialects, families, formats } from "../../lib/cli/hash/registry.ts";
import { MigrationError } from "../../lib/core/errors.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { hashesDoc } from "../../scripts/hashes-doc.ts";
import { members } from "../../scripts/lists.ts";

// The adopter's own check, here or elsewhere: there is no string that is theirs.
const functions = ["custom-password", "https-password", "lambda-password"];
const hostile = ["", "!", "*", "*0", "*LK*", "!!", "x"];
const named = formats.map((format) => [format.name, format] as const);
const withDecoy = formats.flatMap((format) =>
  format.decoy === undefined ? [] : [[format.name, format, format.decoy] as const],
);

describe("the password families", () => {
  it("are all the members of lib/hashes but the adopter's own functions, each under its file's name", () => {
    expect(families.map(({ name }) => name)).toEqual(members("hashes").filter((member) => !functions.includes(member)));
  });

  it("have vectors and a test each", () => {
    for (const { name } of families) {
      expect(existsSync(new URL(`./vectors/${name}.jsonl`, import.meta.url)), `vectors of ${name}`).toBe(true);
      expect(existsSync(new URL(`./${name}.test.ts`, import.meta.url)), `test of ${name}`).toBe(true);
    }
  });

  it("share no dialect's name", () => {
    const ids = families.flatMap(({ dialects: own }) => own.map(({ id }) => id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(dialects.size).toBe(ids.length);
  });

  it("say in each dialect's line how it is written in the config", () => {
    for (const { dialect, family } of dialects.values())
      expect(dialect.line).toMatch(new RegExp(`^${camelCase(family.name)}\\(`));
  });

  it("stand in docs/hashes.md as they are", () => {
    const found = readFileSync(new URL("../../docs/hashes.md", import.meta.url), "utf8");
    expect(found === hashesDoc(found), "docs/hashes.md is stale: `npm run lists` writes it").toBe(true);
  });

  it.each(named)("%s: has no fault with its own defaults", (_, format) => {
    expect(settingFaultsOf(format)).toEqual([]);
  });

  it.each(named)("%s: claims nothing that marks an account as unusable", (_, format) => {
    for (const encoded of hostile) expect(format.recognizes({ encoded })).toBe(false);
  });

  it.each(named)("%s: refuses a string of more than 16,384 characters before any work", (name, format) => {
    const long = `${format.decoy?.encoded ?? "$"}${"A".repeat(16_384)}`;
    expect(() => format.parse({ encoded: long, format: name })).toThrow(MigrationError);
  });
});

describe("decoys", () => {
  it.each(withDecoy)("%s: is claimed by its own format alone", (name, _, decoy) => {
    const claiming = formats.filter((format) => format.recognizes(decoy)).map((format) => format.name);
    expect(claiming).toEqual([name]);
  });

  it.each(withDecoy)("%s: has a cost that a sign-in has time for, and matches nothing", async (_, format, decoy) => {
    const parsed = format.parse(decoy);
    expect(parsed.costMs).toBeLessThan(1000);
    const signal = new AbortController().signal;
    expect(await parsed.verify(Secret.fromText("пароль 密码"), signal)).toBe("mismatch");
    expect(await parsed.verify(Secret.fromText(""), signal)).toBe("mismatch");
  });

  it.each(withDecoy)("%s: begins no work when the deadline is over", async (_, format, decoy) => {
    const over = new MigrationError("DEADLINE_EXCEEDED", "over");
    await expect(format.parse(decoy).verify(Secret.fromText("any"), AbortSignal.abort(over))).rejects.toBe(over);
  });

  it.each(withDecoy)(
    "%s: refuses a password of more than 1,024 bytes instead of cutting it",
    async (_, format, decoy) => {
      const long = format.parse(decoy).verify(Secret.fromText("x".repeat(1025)), new AbortController().signal);
      await expect(long).rejects.toMatchObject({ code: "PASSWORD_UNUSABLE" });
    },
  );
});
