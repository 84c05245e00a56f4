import { describe, expect, test } from "vitest";
import {
  accountTime,
  denialOfSubCode,
  guidBytes,
  guidText,
  isAccountEnabled,
} from "../../lib/protocols/active-directory-account.ts";
import type { LdapEntry } from "../../lib/protocols/ldap-entry.ts";
import { bindSubCodeOf } from "../../lib/protocols/ldap-failures.ts";

function anEntry(values: Readonly<Record<string, string>>): LdapEntry {
  const text = (attribute: string) => values[attribute];
  return { dn: "cn=ada", text, texts: () => [], bytes: () => undefined, allBytes: () => [] };
}

const refusal = (text: string) => Object.assign(new Error(text), { code: 49 });

describe("a time of Active Directory", () => {
  test.each([
    ["116444736000000001", undefined],
    ["116444736010000000", "1970-01-01T00:00:01.000Z"],
    ["133511814000000000", "2024-01-31T13:30:00.000Z"],
    ["0", undefined],
    ["9223372036854775807", undefined],
    ["-1", undefined],
    ["soon", undefined],
    [undefined, undefined],
  ])("%s is %s", (text, time) => {
    expect(accountTime(text)).toBe(time);
  });
});

describe("a GUID of Active Directory", () => {
  // [MS-DTYP] 2.3.4.2: Data1 to Data3 are little-endian, Data4 is as it stands.
  const text = "00112233-4455-6677-8899-aabbccddeeff";
  const bytes = Buffer.from("33221100554477668899aabbccddeeff", "hex");

  test("is read from its bytes and written to them", () => {
    expect(guidText(bytes)).toBe(text);
    expect(guidBytes(text)).toEqual(bytes);
  });

  test.each(["", text.toUpperCase().replace("0", "A"), `{${text}}`, text.replaceAll("-", ""), `${text}\n`, "*"])(
    "is no other text: %j",
    (other) => {
      expect(guidBytes(other)).toBeUndefined();
    },
  );
});

describe("an account of Active Directory", () => {
  const now = Date.UTC(2026, 0, 1);

  test.each([
    [{ userAccountControl: "512" }, true],
    [{ userAccountControl: "66048", accountExpires: "0" }, true],
    [{ userAccountControl: "512", accountExpires: "9223372036854775807" }, true],
    [{ userAccountControl: "514" }, false],
    [{ userAccountControl: "66050" }, false],
    // The first instant of 2026 as FILETIME, and 100 ns to either side of the last millisecond.
    [{ userAccountControl: "512", accountExpires: "134116992000000000" }, false],
    [{ userAccountControl: "512", accountExpires: "134116992000010000" }, true],
    [{ userAccountControl: "512", accountExpires: "1" }, false],
    // What does not say is not assumed.
    [{}, undefined],
    [{ userAccountControl: "" }, undefined],
    [{ userAccountControl: "0x200" }, undefined],
    [{ userAccountControl: "512", accountExpires: "never" }, undefined],
  ])("with %j is enabled: %s", (values, enabled) => {
    expect(isAccountEnabled(anEntry(values), now)).toBe(enabled);
  });
});

describe("the sub-code of a refused bind", () => {
  test.each([
    ["525", "unknown-user"],
    ["52e", "wrong-password"],
    ["530", "disabled"],
    ["531", "disabled"],
    ["532", "expired"],
    ["533", "disabled"],
    ["701", "expired"],
    ["773", "must-change"],
    ["775", "locked"],
    ["999", "wrong-password"],
  ])("%s means %s", (code, reason) => {
    const text = `80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data ${code}, v3839`;
    expect(denialOfSubCode(bindSubCodeOf(refusal(text)))).toBe(reason);
  });

  test("is there for a refused bind with such a text alone", () => {
    expect(bindSubCodeOf(refusal("Invalid credentials"))).toBeUndefined();
    const other = Object.assign(new Error("AcceptSecurityContext error, data 775, v1"), { code: 53 });
    expect(bindSubCodeOf(other)).toBeUndefined();
    expect(denialOfSubCode(undefined)).toBe("wrong-password");
    expect(denialOfSubCode("constructor")).toBe("wrong-password");
  });
});
