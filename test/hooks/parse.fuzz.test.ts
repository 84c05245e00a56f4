import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import type { Hook } from "../../lib/core/ports.ts";
import { hookNames, loadHook, readPairs } from "./hook-events.ts";

const canary = "canary-9f3a";

/** A request, or EVENT_INVALID; never another error, and never a word of the event in it. */
function parsed(hook: Hook<unknown, unknown>, event: unknown): "request" | "refused" {
  try {
    const request = hook.parse(event);
    expect(["sign-in", "look-up", "gate", "sign-up", "completed"]).toContain(request.kind);
    expect(JSON.stringify(request)).not.toContain(`"password":"${canary}`);
    return "request";
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    expect(error.code).toBe("EVENT_INVALID");
    expect(error.message).not.toContain(canary);
    return "refused";
  }
}

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.constantFrom<unknown>(
    undefined,
    null,
    "",
    0,
    [],
    {},
    canary,
    `\ud800${canary}`,
    { $ne: 1 },
    JSON.parse('{"__proto__":{"a":1}}'),
    { toString: 0 },
  ),
);

/** The paths of all fields of an event. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function withAt(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  const record = { ...(value as Record<string, unknown>) };
  return { ...record, [key]: withAt(record[key], rest, put) };
}

describe.each(hookNames)("%s", async (name) => {
  const hook = await loadHook(name);
  const events = readPairs(name).pairs.map(({ event }) => event);

  it("makes a request or EVENT_INVALID of any JSON", () => {
    fc.assert(fc.property(fc.anything(), odd, (any, value) => void [parsed(hook, any), parsed(hook, value)]));
  });

  it("makes a request or EVENT_INVALID of an event with any field spoilt", () => {
    const spoilt = fc.constantFrom(...events).chain((event) => {
      return fc.tuple(fc.constantFrom(...pathsOf(event)), odd).map(([path, put]) => withAt(event, path, put));
    });
    fc.assert(
      fc.property(spoilt, (event) => void parsed(hook, event)),
      { numRuns: 1000 },
    );
  });

  it.each(["triggerSource", "userPoolId", "userName", "request", "response"])(
    "refuses an event without %s",
    (field) => {
      for (const event of events) expect(parsed(hook, { ...event, [field]: undefined })).toBe("refused");
    },
  );

  it.each<readonly [string, object]>([
    ["of another trigger", { triggerSource: "CustomMessage_SignUp" }],
    ["of a version that is not known", { version: "2" }],
    ["of a version that cannot be made a text of", { version: { toString: 0 } }],
    ["with a user name that is no text", { userName: { $ne: 1 } }],
    ["with a user name of a megabyte", { userName: "x".repeat(1_000_000) }],
    ["with a pool that is none", { userPoolId: "../../x" }],
    ["with a request that is a list", { request: [] }],
  ])("refuses an event %s", (_, overrides) => {
    for (const event of events) expect(parsed(hook, { ...event, ...overrides })).toBe("refused");
  });

  it("takes `__proto__` among the attributes for a name, and changes no other object", () => {
    for (const event of events) {
      const userAttributes = JSON.parse('{"__proto__":{"admin":"true"},"constructor":"x","email":"a@example.com"}');
      expect(parsed(hook, { ...event, request: { ...(event.request as object), userAttributes } })).toBe("request");
      expect(Reflect.get({}, "admin")).toBeUndefined();
    }
  });
});
