import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { parseImportedUser } from "../../lib/core/imported-user.ts";
import { Secret } from "../../lib/core/secret.ts";

const ann = { id: 1, username: "ann", enabled: true, attributes: { email: "ann@example.org" } };
const parse = (more: Readonly<Record<string, unknown>>) => parseImportedUser({ ...ann, ...more }, "shop");

describe("parseImportedUser", () => {
  it("takes a user without anything of an export's own", () => {
    expect(parse({ identities: null, departments: [], createdAt: "", totp: undefined, plaintext: null })).toEqual({
      ...{ id: "1", source: "shop", username: "ann", enabled: true },
      attributes: { email: "ann@example.org" },
    });
  });

  it.each([
    ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
    ["2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02 03:04:05.678901+02", "2026-01-02T01:04:05.678Z"],
    ["2026-01-02 03:04:05 UTC", "2026-01-02T03:04:05.000Z"],
    ["2026-01-02T03:04+0130", "2026-01-02T01:34:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    [1767323045, "2026-01-02T03:04:05.000Z"],
    ["1767323045678", "2026-01-02T03:04:05.678Z"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
  ])("reads the time %j, in UTC where it names no zone", (given, time) => {
    expect(parse({ createdAt: given, lastSignInAt: given })).toMatchObject({ createdAt: time, lastSignInAt: time });
  });

  it.each(["01/02/2026", "2 January 2026", "2025-02-29", "2026-13-01", "2026-01-01T25:00", "soon", true, Number.NaN])(
    "refuses the time %j, which has to be guessed at",
    (given) => {
      expect(() => parse({ createdAt: given })).toThrow(/`createdAt` is not usable/);
    },
  );

  it("keeps a plaintext password as a secret, and refuses one beside a stored one", () => {
    const { plaintext } = parse({ plaintext: "Correct horse 1!" });
    expect(plaintext).toBeInstanceOf(Secret);
    expect(plaintext?.revealText()).toBe("Correct horse 1!");
    expect(() => parse({ plaintext: "a", password: { encoded: "b" } })).toThrow(/one password, not two/);
    expect(() => parse({ plaintext: "\ud800" })).toThrow(/`plaintext` is not usable/);
  });

  it("reads identities, a TOTP secret and departments", () => {
    const user = parse({
      identities: [{ provider: "google", userId: 17 }],
      totp: "jbsw y3dp ehpk 3pxp",
      departments: [["Acme", "R&D"]],
    });
    expect(user).toMatchObject({
      identities: [{ provider: "google", userId: "17" }],
      departments: [["Acme", "R&D"]],
    });
    expect(user.totp?.revealText()).toBe("JBSWY3DPEHPK3PXP");
  });

  it.each([
    [{ identities: "google" }, "identities"],
    [{ identities: [null] }, "identities"],
    [{ identities: [{ provider: "google", userId: 1e300 }] }, "identities"],
    [{ identities: Array.from({ length: 21 }, () => ({ provider: "a", userId: "b" })) }, "identities"],
    [{ departments: "Acme/R&D" }, "departments"],
    [{ departments: [["Acme", ""]] }, "departments"],
    [{ departments: ["Acme"] }, "departments"],
    [{ totp: "not base32!" }, "totp"],
    [{ plaintext: 123456 }, "plaintext"],
  ])("refuses %j and names the field", (more, field) => {
    expect(() => parse(more)).toThrow(`shop: \`${field}\` is not usable`);
  });

  it("makes a user or one of our errors of anything", () => {
    const fields = ["plaintext", "identities", "totp", "createdAt", "lastSignInAt", "departments"];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...fields), fc.anything()), (more) => {
        try {
          parse(more);
        } catch (error) {
          expect(error).toBeInstanceOf(MigrationError);
          expect((error as MigrationError).code).toBe("RECORD_UNUSABLE");
        }
      }),
    );
  });
});
