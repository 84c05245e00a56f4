import { describe, expect, test } from "vitest";
import { escapeDnValue, isAttributeName, isCalled, isNameable } from "../../lib/protocols/ldap-names.ts";

describe("a value of a DN", () => {
  test.each([
    ["ada", "ada"],
    ["Smith, John", "Smith\\2c John"],
    [' "a"+b;<c>\\=# ', "\\20\\22a\\22\\2bb\\3b\\3cc\\3e\\5c\\3d\\23\\20"],
    ["#1", "\\231"],
    [" ", "\\20"],
    ["a\u0000\r\nb", "a\\00\\0d\\0ab"],
    ["ada,ou=admins", "ada\\2cou\\3dadmins"],
    ["zoë 密", "zoë 密"],
  ])("%j is escaped as %j", (text, escaped) => {
    expect(escapeDnValue(text)).toBe(escaped);
  });
});

describe("a value of a directory", () => {
  test.each([
    ["ada", "ada", "username", true],
    ["Ada", "ada", "username", true],
    ["ada", "ADA", "username", false],
    [" ada", "ada", "username", false],
    ["ａｄａ", "ada", "username", false],
    ["zoe\u0308", "zoë", "username", true],
    ["+44 1234-567 890", "+441234567890", "phone", true],
    ["+44 1234-567 890", "+441234567890", "username", false],
  ] as const)("%j is the name %j as %s: %s", (value, canonical, by, same) => {
    expect(isCalled(value, canonical, by)).toBe(same);
  });
});

test.each(["", "a".repeat(257), "\ud800"])("nobody is called %j", (text) => {
  expect(isNameable(text)).toBe(false);
});

test.each([
  ["mail", true],
  ["msDS-cloudExtensionAttribute1", true],
  ["2.5.4.3", true],
  ["mail=*)(a", false],
  ["mail;lang-en", false],
  ["", false],
  [5, false],
])("%j is a name of an attribute: %s", (text, is) => {
  expect(isAttributeName(text)).toBe(is);
});
