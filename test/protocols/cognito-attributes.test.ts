import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { platformAttributes } from "../../lib/protocols/cognito-attributes.ts";
import { aLegacyUser, parsedWith } from "../support/legacy-user.ts";

function attributesOf(attributes: Readonly<Record<string, unknown>>, legacyKey = "1") {
  const user = parsedWith({ attributes });
  return platformAttributes({ user, legacyKey, platformUsername: "ann", byAlias: false });
}

describe("platformAttributes", () => {
  it("keeps standard names, prefixes all others, and adds the legacy id", () => {
    expect(attributesOf({ email: "a@example.com", name: "Ann", plan: "gold", "custom:team": "7" }, "shop/1")).toEqual({
      email: "a@example.com",
      name: "Ann",
      "custom:plan": "gold",
      "custom:team": "7",
      "custom:legacy_id": "shop/1",
    });
  });

  it.each(["sub", "identities", "username", "cognito:user_status", "legacy_id", "custom:legacy_id"])(
    "never gives %s, which is the pool's own or Samekey's",
    (name) => expect(attributesOf({ [name]: "canary" })).toEqual({ "custom:legacy_id": "1" }),
  );

  it.each(["__proto__", "constructor", "prototype", "custom:__proto__"])("leaves out %s", (name) => {
    const attributes = attributesOf(JSON.parse(`{"${name}":"canary","email":"a@example.com"}`));
    expect(Object.keys(attributes)).toEqual(["email", "custom:legacy_id"]);
    expect(Reflect.get({}, "canary")).toBeUndefined();
  });

  it.each([
    [true, "true"],
    ["true", "true"],
    [false, "false"],
    ["false", "false"],
    ["TRUE", "false"],
    ["1", "false"],
    [1, "false"],
    ["yes", "false"],
  ])("takes the source's %j for email_verified %s: only its own word is yes", (told, expected) => {
    expect(attributesOf({ email: "a@example.com", email_verified: told }).email_verified).toBe(expected);
    expect(attributesOf({ phone_number: "+15550102030", phone_number_verified: told }).phone_number_verified).toBe(
      expected,
    );
  });

  it("does not say that a contact is verified where the source says nothing", () => {
    expect(attributesOf({ email: "a@example.com", phone_number: "+15550102030" })).toEqual({
      email: "a@example.com",
      phone_number: "+15550102030",
      "custom:legacy_id": "1",
    });
  });

  it.each([
    ["a value over 2,048 characters", { bio: "x".repeat(2049) }],
    ["an empty value", { name: "" }],
    ["a lone surrogate", { name: "\ud800" }],
    ["a name over 20 characters", { ["x".repeat(21)]: "v" }],
    ["a name with a space", { "favourite colour": "red" }],
    ["no value", { name: null, nickname: undefined }],
  ])("leaves out %s, so that it does not cost the sign-in", (_, attributes) => {
    expect(attributesOf(attributes)).toEqual({ "custom:legacy_id": "1" });
  });

  it("takes a value of 2,048 characters and a name of 20", () => {
    expect(attributesOf({ bio: "x".repeat(2048), ["y".repeat(20)]: "v" })).toHaveProperty("custom:bio");
    expect(attributesOf({ ["y".repeat(20)]: "v" })).toHaveProperty(`custom:${"y".repeat(20)}`);
  });

  it("gives texts under names that a pool can have, whatever the source has", () => {
    const names = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("sub", "__proto__", "email", "custom:sub"));
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.boolean())),
        (given) => {
          const user = aLegacyUser({ attributes: parsedWith({ attributes: given }).attributes });
          const attributes = platformAttributes({ user, legacyKey: "1", platformUsername: "ann", byAlias: false });
          for (const [name, value] of Object.entries(attributes)) {
            expect(name).toMatch(/^(?:[a-z_]+|custom:\S{1,20})$/u);
            expect(typeof value).toBe("string");
            expect(name === "sub" || value === "").toBe(false);
          }
        },
      ),
    );
  });
});
