import { describe, expect, it } from "vitest";
import { canonicalIdentifier } from "../../lib/core/identifier.ts";
import { platformUsernameFor, type UserNames } from "../../lib/core/platform-name.ts";
import type { Lookup } from "../../lib/core/ports.ts";
import type { LegacyUser } from "../../lib/core/user.ts";
import { aLegacyUser } from "../support/legacy-user.ts";

const rules = { usernameCase: "insensitive" } as const;
const attributes = { email: "Ann@Example.com", phone_number: "+1 555 010 2030" };
const ann = aLegacyUser({ username: "Ann", attributes });

function name(typed: string, userNames: UserNames, user: LegacyUser = ann): string | undefined {
  return platformUsernameFor(user, canonicalIdentifier(typed, rules) as Lookup, userNames, rules);
}

describe("platformUsernameFor", () => {
  it.each<readonly [UserNames, string, string | undefined]>([
    ["email", "ANN@example.com", "ann@example.com"],
    ["email", "ann", undefined],
    ["email", "+15550102030", undefined],
    ["phone", "+1 (555) 010-2030", "+15550102030"],
    ["phone", "ann@example.com", undefined],
    ["username", "ANN", "ann"],
    ["username", "ann@example.com", undefined],
    ["alias", "ann", "Ann"],
    ["alias", "ann@example.com", "Ann"],
    ["alias", "+15550102030", "Ann"],
  ])("a pool of the kind %s calls who typed %s %s", (userNames, typed, expected) => {
    expect(name(typed, userNames)).toBe(expected);
  });

  it("gives another name in an alias pool, which takes none that looks like an e-mail address or a phone number", () => {
    const byMail = aLegacyUser({ username: "ann@example.com" });
    const byPhone = aLegacyUser({ username: "+15550102030" });
    for (const user of [byMail, byPhone]) {
      expect(name("ann@example.com", "alias", user)).toMatch(/^u-[0-9a-f]{32}$/);
      expect(name("+15550102030", "alias", user)).toBe(name("ann@example.com", "alias", user));
    }
    expect(name("ann@example.com", "alias", byMail)).not.toContain("@");
  });

  it("gives two users of one id in two sources two names", () => {
    const [one, other] = ["shop", "forum"].map((source) => aLegacyUser({ username: "ann@example.com", source }));
    expect(name("ann@example.com", "alias", one)).not.toBe(name("ann@example.com", "alias", other));
  });

  it("has no name for a user without the attribute that the pool signs in with", () => {
    expect(name("ann", "email", aLegacyUser({ attributes: {} }))).toBeUndefined();
    expect(name("ann", "phone", aLegacyUser({ attributes: {} }))).toBeUndefined();
  });
});
