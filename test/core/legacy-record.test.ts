import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { parseLegacyUser } from "../../lib/core/legacy-record.ts";
import { aLegacyUser, parsedWith } from "../support/legacy-user.ts";

describe("parseLegacyUser", () => {
  it("gives a well-formed user back, with the name of its source", () => {
    const user = aLegacyUser();
    expect(parseLegacyUser({ ...user, groups: ["staff"] }, "shop")).toEqual({
      ...user,
      source: "shop",
      groups: ["staff"],
      attributes: expect.objectContaining(user.attributes),
      password: [user.password],
    });
  });

  it.each([
    [7, "7"],
    [7n, "7"],
    ["7", "7"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
  ])("takes the id %s as the text %j", (id, text) => expect(parsedWith({ id }).id).toBe(text));

  it.each<readonly [string, unknown]>([
    ["id", ""],
    ["id", null],
    ["id", undefined],
    ["id", 1.5],
    ["id", Number.NaN],
    ["id", 2 ** 60],
    ["id", {}],
    ["id", "x".repeat(513)],
    ["id", "\ud800"],
    ["username", null],
    ["username", ""],
    ["enabled", 1],
    ["enabled", "true"],
    ["enabled", undefined],
    ["enabled", null],
    ["attributes", null],
    ["attributes", "name"],
    ["groups", "staff"],
    ["groups", [1]],
    ["password", "$2b$10$secret-canary"],
    ["password", { encoded: 5 }],
    ["password", { encoded: { $ne: 1 } }],
  ])("refuses the field `%s` as %j, and names it", (field, value) => {
    const parse = () => parsedWith({ [field]: value });
    expect(parse).toThrow(expect.objectContaining({ code: "RECORD_UNUSABLE" }));
    expect(parse).toThrow(new RegExp(`\`${field}`));
    expect(parse).not.toThrow(/canary/);
  });

  it("takes texts, numbers and booleans as attributes and leaves out what is not there", () => {
    const { attributes } = parsedWith({ attributes: { a: "x", b: 5, c: true, d: 5n, e: null, f: undefined } });
    expect({ ...attributes }).toEqual({ a: "x", b: "5", c: "true", d: "5" });
  });

  it.each([[["x"]], [{ toString: "x" }], [new Date(0)], [Symbol("x")]])(
    "refuses an attribute that is no plain value",
    (value) => {
      expect(() => parsedWith({ attributes: { phone_number: value } })).toThrow(/"phone_number"/);
    },
  );

  it("takes `__proto__` and `constructor` among the attributes as names, and changes no other object", () => {
    const attributes = JSON.parse('{"__proto__":"polluted","constructor":"c","email":"ann@example.com"}');
    const user = parsedWith({ attributes });
    expect(Object.keys(user.attributes)).toEqual(["__proto__", "constructor", "email"]);
    expect(Object.getPrototypeOf(user.attributes)).toBeNull();
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it.each([undefined, null, { encoded: null }, [], [{ encoded: undefined }]])(
    "is a user without a password: %j",
    (password) => {
      expect(parsedWith({ password }).password).toBeUndefined();
    },
  );

  it("keeps what stands beside each of several stored passwords", () => {
    const password = [{ encoded: "a", salt: "s" }, { encoded: null }, { encoded: "b", params: { cost: 4 } }];
    expect(parsedWith({ password }).password).toEqual([
      { encoded: "a", salt: "s" },
      { encoded: "b", params: { cost: 4 } },
    ]);
  });

  it("gives a user or RECORD_UNUSABLE for whatever a mapping answers", () => {
    const field = fc.constantFrom("id", "username", "enabled", "attributes", "groups", "password");
    fc.assert(
      fc.property(fc.anything(), field, fc.anything(), (whole, name, value) => {
        for (const mapped of [whole, { ...aLegacyUser(), [name]: value }]) {
          try {
            expect(parseLegacyUser(mapped, "custom").source).toBe("custom");
          } catch (error) {
            if (!(error instanceof MigrationError)) throw error;
            expect(error.code).toBe("RECORD_UNUSABLE");
          }
        }
      }),
    );
  });
});
