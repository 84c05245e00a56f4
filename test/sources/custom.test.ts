import { describe, expect, test, vi } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import type { MappedUser } from "../../lib/core/legacy-record.ts";
import type { LegacySource, Lookup } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { type CustomSettings, custom } from "../../lib/sources/custom.ts";
import { describeSource, named } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";

const ada: MappedUser = { id: "1", username: "ada", enabled: true, attributes: { email: "ada@example.org" } };
const store = new Map<string, MappedUser>([
  ["username ada", ada],
  ["email ada@example.org", ada],
  ["id 1", ada],
  ["email nameless@example.org", { ...ada, username: null }],
]);
const lookups: Lookup["by"][] = ["username", "email", "id"];

function findInStore({ by, canonical }: Lookup): MappedUser | undefined {
  if (canonical === "twins@example.org") throw new MigrationError("RECORD_AMBIGUOUS", "two users");
  return store.get(`${by} ${canonical}`);
}

const down = () => Promise.reject(new Error("the old system is down"));
const never = () => new Promise<never>(() => undefined);
// As a config in plain JavaScript may have them.
const wrong = (settings: object) => custom({ lookups, find: findInStore, ...settings } as CustomSettings);

describeSource("custom", () => ({
  open: () => custom({ lookups, find: findInStore }),
  known: { id: "1", lookups: [named("username", "ada"), named("email", "ada@example.org"), named("id", "1")] },
  ambiguous: named("email", "twins@example.org"),
  unusable: named("email", "nameless@example.org"),
  openBroken: () => custom({ lookups, find: down }),
  stalled: { "in the adopter's function": () => ({ source: custom({ lookups, find: never }), open: () => 0 }) },
  misconfigured: [
    { source: wrong({ find: undefined }), paths: ["find"] },
    { source: wrong({ find: "select" }), paths: ["find"] },
    { source: wrong({ authenticate: true }), paths: ["authenticate"] },
    { source: wrong({ mark: "movedAt" }), paths: ["mark"] },
    { source: wrong({ list: true, delete: () => true }), paths: ["list", "delete"] },
    { source: wrong({ lookups: [] }), paths: ["lookups"] },
    { source: wrong({ lookups: ["email", "name"] }), paths: ["lookups"] },
    { source: wrong({ lookups: undefined, find: undefined }), paths: ["find", "lookups"] },
  ],
}));

const marks = new Map<string, Date>();

function markInStore(id: string, at: Date): boolean {
  if (!store.has(`id ${id}`)) return false;
  if (!marks.has(id)) marks.set(id, at);
  return true;
}

describeMark("custom", () => ({
  open: () => custom({ lookups, find: findInStore, mark: markInStore }),
  known: "1",
  marks: () => Object.fromEntries(marks),
  written: (at) => at,
  openBroken: () => custom({ lookups, find: findInStore, mark: down }),
  stall: () => {
    let asked = 0;
    const mark = (_: string, __: Date, signal: AbortSignal) => {
      asked += 1;
      signal.addEventListener("abort", () => {
        asked -= 1;
      });
      return never();
    };
    return { source: custom({ lookups, find: findInStore, mark }), open: () => asked };
  },
}));

const typed = "canary-pässword";
const authenticate = (source: LegacySource, signal: AbortSignal = new AbortController().signal) =>
  source.authenticate?.(named("username", "ada"), Secret.fromText(typed), signal) ?? expect.unreachable("it cannot");
const answering = (answer: unknown) => wrong({ find: undefined, authenticate: () => answer });

describe("custom", () => {
  test("hands the function the look-up, the password's text and the signal", async () => {
    const check = vi.fn(() => ({ kind: "match" as const, user: ada }));
    const { signal } = new AbortController();
    const answer = await authenticate(custom({ lookups, authenticate: check }), signal);
    expect(answer).toMatchObject({ kind: "match", user: { id: "1", source: "custom" } });
    expect(check).toHaveBeenCalledExactlyOnceWith(named("username", "ada"), typed, signal);
  });

  test("asks no function when the time is already over", async () => {
    const check = vi.fn(() => ({ kind: "match" as const, user: ada }));
    const reason = new Error("over");
    const source = custom({ lookups, authenticate: check });
    await expect(authenticate(source, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(check).not.toHaveBeenCalled();
  });

  test.each(["unknown-user", "wrong-password", "disabled", "expired", "must-change", "locked"] as const)(
    "hands on the refusal %s",
    async (reason) => {
      expect(await authenticate(answering({ kind: "denied", reason }))).toEqual({ kind: "denied", reason });
    },
  );

  test.each([
    undefined,
    null,
    true,
    "match",
    1,
    [],
    {},
    { kind: "Match", user: ada },
    { kind: "match" },
    { kind: "match", user: null },
    { kind: "match", user: true },
    { kind: "match", user: [ada] },
    { kind: "denied" },
    { kind: "denied", reason: "already-migrated" },
    { kind: "denied", reason: "because" },
    { user: ada },
    { ok: true, user: ada },
    () => ({ kind: "match", user: ada }),
  ])("lets nobody in on the undocumented answer %j", async (answer) => {
    await expect(authenticate(answering(answer))).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test.each([{ ...ada, enabled: "yes" }, { ...ada, id: "" }, {}])(
    "lets nobody in with a user who cannot be mapped: %j",
    async (user) => {
      const answer = authenticate(answering({ kind: "match", user }));
      await expect(answer).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
    },
  );

  test.each([null, false, "", 0, "ada", [ada]])("takes %j for no answer of find", async (answer) => {
    const finding = wrong({ find: () => answer }).find?.(named("username", "ada"), AbortSignal.timeout(1000));
    await expect(finding).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test.each([undefined, null, 1, "true", {}])("takes %j for no answer of mark", async (answer) => {
    const marking = wrong({ mark: () => answer }).mark?.("1", new Date(), AbortSignal.timeout(1000));
    await expect(marking).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test.each([
    ["an error", (text: string) => Promise.reject(new TypeError(`no such password: ${text}`))],
    [
      "an error at once",
      (text: string) => {
        throw new TypeError(`no such password: ${text}`);
      },
    ],
    ["a text", (text: string) => Promise.reject(text)],
    ["nothing", () => Promise.reject()],
  ])("calls it a fault when the function throws %s, keeps the cause and says nothing of it", async (_, check) => {
    const source = custom({ lookups, authenticate: (__, password) => check(password) });
    const error = await Promise.resolve(authenticate(source)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(error).toHaveProperty("cause");
    expect(String(error)).not.toContain("canary");
  });

  test("is cut by the signal when the function never settles, and takes no late answer", async () => {
    let answer: (value: { kind: "match"; user: MappedUser }) => void = () => undefined;
    const source = custom({ lookups, authenticate: () => new Promise((resolve) => (answer = resolve)) });
    const controller = new AbortController();
    const reason = new Error("over");
    const checking = authenticate(source, controller.signal);
    controller.abort(reason);
    answer({ kind: "match", user: ada });
    await expect(checking).rejects.toBe(reason);
  });

  test("takes a late failure of the function for nothing", async () => {
    let fail: (reason: Error) => void = () => undefined;
    const source = custom({ lookups, authenticate: () => new Promise((_, reject) => (fail = reject)) });
    const controller = new AbortController();
    const checking = authenticate(source, controller.signal);
    controller.abort(new Error("over"));
    await expect(checking).rejects.toThrow("over");
    // Vitest fails a run in which a rejection went unhandled.
    fail(new Error("too late"));
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("the operations of an own store", () => {
  const page = { users: [ada], next: "1" };
  const { signal } = new AbortController();
  const changing = (settings: Partial<CustomSettings>): LegacySource =>
    custom({ lookups, find: findInStore, ...settings });
  const found = { id: "1", source: "custom", username: "ada", enabled: true };

  test("are those that the adopter has, and no others", () => {
    const operations = ["list", "search", "create", "update", "remove", "validatePassword", "mark"] as const;
    const none = changing({});
    expect(operations.filter((one) => none[one] !== undefined)).toEqual([]);
    const all = changing(Object.fromEntries(operations.map((one) => [one, () => undefined])));
    expect(operations.filter((one) => all[one] === undefined)).toEqual([]);
  });

  test("hand out users as the core knows them, page by page", async () => {
    const asked: unknown[] = [];
    const source = changing({
      list: (request) => {
        asked.push(request);
        return page;
      },
      search: (text, request) => {
        asked.push([text, request]);
        return { users: [] };
      },
    });
    expect(await source.list?.({ size: 10 }, signal)).toMatchObject({ users: [found], next: "1" });
    expect(await source.search?.("a'b%", { size: 2, after: "x" }, signal)).toEqual({ users: [] });
    expect(asked).toEqual([{ size: 10 }, ["a'b%", { size: 2, after: "x" }]]);
  });

  test.each([
    ["no page", undefined],
    ["no list", { users: ada }],
    ["more than was asked for", { users: [ada, ada] }],
    ["the place where it began", { users: [], next: "here" }],
    ["a place that is no text", { users: [], next: 7 }],
    ["a user who is none", { users: [null] }],
  ])("refuse %s", async (_, answer) => {
    const source = changing({ list: () => answer as never });
    const listed = source.list?.({ size: 1, after: "here" }, signal);
    await expect(listed).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("create, change and remove, and say where nobody is", async () => {
    const source = changing({
      create: ({ username }) => ({ ...ada, id: "2", username }),
      update: (id, { enabled }) => (id === "1" ? { ...ada, enabled } : undefined),
      remove: (id) => id === "1",
      validatePassword: async (_, password) => password === "right",
    });
    const user = { username: "bob", attributes: {}, enabled: true };
    expect(await source.create?.(user, signal)).toMatchObject({ id: "2", username: "bob" });
    expect(await source.update?.("1", { enabled: false }, signal)).toMatchObject({ enabled: false });
    expect(await source.update?.("9", { enabled: false }, signal)).toBeUndefined();
    expect(await source.remove?.("1", signal)).toBe(true);
    expect(await source.remove?.("9", signal)).toBe(false);
    expect(await source.validatePassword?.("1", Secret.fromText("right"), signal)).toBe("match");
    expect(await source.validatePassword?.("1", Secret.fromText("wrong"), signal)).toBe("mismatch");
  });

  test("believe no other answer", async () => {
    const mute = { remove: () => undefined, validatePassword: () => "yes", create: () => undefined };
    const source = changing(mute as object);
    const user = { username: "bob", attributes: {}, enabled: true };
    for (const answer of [
      source.remove?.("1", signal),
      source.validatePassword?.("1", Secret.fromText("x"), signal),
      source.create?.(user, signal),
    ]) {
      await expect(answer).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    }
  });

  test("throw a fault for what the function throws, and pass our own codes on", async () => {
    const taken = new MigrationError("RECORD_TAKEN", "another user's");
    const source = changing({ remove: down, create: () => Promise.reject(taken) });
    await expect(source.remove?.("1", signal)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    const user = { username: "bob", attributes: {}, enabled: true };
    await expect(source.create?.(user, signal)).rejects.toBe(taken);
  });
});
