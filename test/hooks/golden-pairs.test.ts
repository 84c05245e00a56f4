import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hookNames, loadHook, readPairs } from "./hook-events.ts";

describe("hooks", () => {
  it("have events, each of them", () => {
    const files = readdirSync(new URL("events/", import.meta.url)).map((file) => file.replace(/\.json$/, ""));
    const missing = hookNames
      .filter((name) => !files.includes(name))
      .map((name) => `add test/hooks/events/${name}.json`);
    const lost = files
      .filter((name) => !hookNames.includes(name))
      .map((name) => `remove test/hooks/events/${name}.json`);
    expect([...missing, ...lost]).toEqual([]);
    expect(hookNames.length).toBeGreaterThanOrEqual(5);
  });

  it.each(hookNames)("%s: has a pair for every trigger source that its file names, and their page", (name) => {
    const text = readFileSync(new URL(`../../lib/hooks/${name}.ts`, import.meta.url), "utf8");
    const named = new Set(text.match(/\b[A-Z][a-z][A-Za-z]+_[A-Z][a-z][A-Za-z]+\b/g));
    const { source, pairs } = readPairs(name);
    expect(new Set(pairs.map(({ event }) => event.triggerSource))).toEqual(named);
    expect(text).toContain(source);
  });
});

describe.each(hookNames)("%s", async (name) => {
  const hook = await loadHook(name);
  const { pairs } = readPairs(name);

  it.each(pairs)("reads what is asked by: $title", ({ event, request }) => {
    expect(JSON.parse(JSON.stringify(hook.parse(event)))).toEqual(request);
  });

  it.each(pairs.filter((pair) => pair.refusal === undefined))(
    "answers exactly: $title",
    ({ event, outcome, answer }) => {
      const given = structuredClone(event);
      expect(JSON.parse(JSON.stringify(hook.render(outcome, given)))).toEqual(answer);
      expect(given, "the event itself is left as it came").toEqual(event);
    },
  );

  it.each(pairs.filter((pair) => pair.refusal !== undefined))(
    "answers by an error: $title",
    ({ event, outcome, refusal }) => {
      const render = () => hook.render(outcome, event);
      expect(render).toThrow(expect.objectContaining({ name: "Refusal", message: refusal }));
    },
  );

  it("takes an event with everything null that may be null or missing", () => {
    for (const { event } of pairs) {
      const { region: _region, callerContext: _context, version: _version, ...rest } = event;
      expect(hook.parse({ ...rest, callerContext: null }).kind).toBe(hook.parse(event).kind);
    }
  });
});

describe("cognito-user-migration", () => {
  it("hands over the password as it came", async () => {
    const hook = await loadHook("cognito-user-migration");
    const [pair] = readPairs("cognito-user-migration").pairs;
    for (const password of ["Correct horse 1!", " spaces ", "a\u0000b", "пароль", "x".repeat(256), "\ufeffbom"]) {
      const request = hook.parse({ ...pair?.event, request: { password } });
      expect(request.kind === "sign-in" && request.password.revealText()).toBe(password);
    }
  });

  it.each<readonly [string, string]>([
    ["10 MB", "x".repeat(10_000_000)],
    ["more characters than any password has bytes", "x".repeat(1025)],
    ["a lone surrogate", "pass\ud800"],
    ["nothing", ""],
  ])("makes a password of %s one that nobody has", async (_, password) => {
    const hook = await loadHook("cognito-user-migration");
    const [pair] = readPairs("cognito-user-migration").pairs;
    const request = hook.parse({ ...pair?.event, request: { password } });
    expect(request.kind === "sign-in" && request.password.byteLength).toBe(0);
  });
});

describe("cognito-user-migration, of what the old system is said to have decided", () => {
  it.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "samekey_legacy"],
    ["a list", ["samekey_legacy", "accepted"]],
    ["a number", 7],
    ["a word of wrong type", { samekey_legacy: true }],
    ["a list of words", { samekey_legacy: ["accepted"] }],
    ["an object", { samekey_legacy: { toString: "accepted" } }],
    ["another word", { samekey_legacy: "ACCEPTED" }],
    ["a word with a space", { samekey_legacy: "accepted " }],
    ["a word of a megabyte", { samekey_legacy: "accepted".padEnd(1_000_000, "x") }],
    [
      "a hundred thousand other keys",
      Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, "accepted"])),
    ],
    ["a prototype", JSON.parse('{"__proto__":{"samekey_legacy":"accepted"}}')],
    ["an inherited word", Object.create({ samekey_legacy: "accepted" })],
  ])("takes %s for nothing, and goes on", async (_, validationData) => {
    const hook = await loadHook("cognito-user-migration");
    const [pair] = readPairs("cognito-user-migration").pairs;
    const request = hook.parse({ ...pair?.event, request: { password: "a", validationData } });
    expect(request).toMatchObject({ kind: "sign-in" });
    expect(request).not.toHaveProperty("legacyVerdict");
  });
});
