import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";

const canary = "hunter2-canary";
const secret = Secret.fromText(canary);

describe("Secret", () => {
  it.each<readonly [string, () => string]>([
    ["a template string", () => `${secret}`],
    ["String()", () => String(secret)],
    ["JSON", () => JSON.stringify({ user: { password: secret }, list: [secret] })],
    ["util.inspect", () => inspect({ deep: { deeper: { password: secret } } }, { depth: 9, showHidden: true })],
    ["util.inspect without its own printer", () => inspect(secret, { customInspect: false, showHidden: true })],
    ["console.log of nested objects", () => format({ password: secret }, [secret], new Map([["password", secret]]))],
    ["console.log's %o, %O, %j and %s", () => format("%o %O %j %s", secret, secret, secret, secret)],
    ["an error's message and cause", () => inspect(new Error(`no ${secret}`, { cause: secret }))],
    ["Object.entries", () => JSON.stringify([Object.entries(secret), { ...secret }, Reflect.ownKeys(secret)])],
  ])("is not told by %s", (_, print) => {
    expect(print()).not.toContain(canary);
    expect(print()).not.toContain(Buffer.from(canary).toString("hex").slice(0, 8));
    expect(print()).not.toContain("104, 117, 110");
  });

  it("is printed as [secret], so that a log tells where one was", () => {
    expect(`${secret}`).toBe("[secret]");
    expect(JSON.stringify({ password: secret })).toBe('{"password":"[secret]"}');
    expect(inspect({ password: secret })).toBe("{ password: [secret] }");
  });

  it.each(["", "пароль", "p\u0000ss", "\ufeffpass", "'; drop table users; --", "😀"])(
    "gives back %j as it came",
    (text) => {
      expect(Secret.fromText(text).revealText()).toBe(text);
      expect(Secret.fromText(text).byteLength).toBe(Buffer.byteLength(text));
    },
  );

  it.each(["\ud800", "pass\udfff", "\udc00\ud800"])("refuses a lone surrogate, which has no UTF-8 form: %j", (text) => {
    expect(() => Secret.fromText(text)).toThrow(expect.objectContaining({ code: "PASSWORD_UNUSABLE" }));
  });

  it("does not change with the bytes that it was made of", () => {
    const bytes = Buffer.from("first");
    const kept = Secret.fromBytes(bytes);
    bytes.fill(0);
    expect(kept.revealText()).toBe("first");
  });
});
