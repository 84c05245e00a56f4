import fc from "fast-check";
import { expect, test } from "vitest";
import { parseGivenUser } from "../../lib/import-api/given-user.ts";
import { refused } from "../../lib/import-api/user-result.ts";

const ann = {
  ...{ id: 1, username: "ann", enabled: true, attributes: { email: "ann@example.org" }, groups: ["staff"] },
  ...{ password: { encoded: "x", salt: "y" }, identities: [{ provider: "g", userId: 1 }], totp: "JBSWY3DPEHPK3PXP" },
  ...{ createdAt: "2020-02-03T04:05:06Z", lastSignInAt: 1_600_000_000, departments: [["a", "b"]] },
};
const parsed = (value: unknown) => parseGivenUser(JSON.parse(JSON.stringify(value)), "shop");

test("a user with everything is a user", () => {
  expect(parsed(ann)).toMatchObject({ kind: "user", user: { id: "1", source: "shop" } });
});

test("any JSON is a user or a refusal, also where one of a user's fields is any JSON", () => {
  const fields = Object.keys(ann);
  const spoiled = fc
    .tuple(fc.constantFrom(...fields, "__proto__", "constructor", "toString"), fc.jsonValue())
    .map(
      ([field, value]) =>
        `{"${field}":${JSON.stringify(value)},${JSON.stringify({ ...ann, [field]: undefined }).slice(1)}`,
    );
  const texts = fc.oneof(spoiled, fc.json());
  fc.assert(
    fc.property(texts, (text) => {
      const given = parseGivenUser(JSON.parse(text), "shop");
      if (given.kind === "user") expect(given.user.source).toBe("shop");
      else expect(given.reason).not.toBe("");
    }),
    { numRuns: 2000 },
  );
});

test("a refusal tells no value, whatever stands where", () => {
  const canary = "canary5f1d";
  const values = [
    canary,
    [canary],
    { [`a${1}`]: canary },
    [[canary]],
    { provider: canary },
    [{ encoded: { a: canary } }],
  ];
  for (const field of Object.keys(ann)) {
    for (const value of values) {
      const given = parsed({ ...ann, [field]: value });
      if (given.kind === "refused") expect(given.reason, field).not.toContain(canary);
    }
  }
});

test("a reason is cut where it is long, and stays text", () => {
  const { reason = "" } = refused(`the attribute "${"界".repeat(1000)}" is of the type object`);
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(500);
  expect(reason.isWellFormed()).toBe(true);
  expect(reason.endsWith("…")).toBe(true);
});
