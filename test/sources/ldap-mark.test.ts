import { describe, expect, test } from "vitest";
import type { LdapEntry } from "../../lib/protocols/ldap-entry.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { slapdMissing } from "../support/slapd.ts";
import { adaId, aMarker as aMarkerSecret, anLdap, ldapBed, plainUrl, userOf } from "./ldap-bed.ts";

const soon = () => AbortSignal.timeout(10_000);

describe.skipIf(slapdMissing !== undefined)("marks of ldap, on OpenLDAP", () => {
  const bed = ldapBed();
  const mark = { attribute: "employeeType", value: "moved" };
  const attributes = ["*", "entryUUID"];
  const aMarker = (port = bed.server.port) => anLdap({ connection: aMarkerSecret(plainUrl(port)), mark });
  describeMark("ldap", () => ({
    open: () => aMarker(),
    known: adaId,
    marks: async () => {
      const user = (entry: LdapEntry) => ({
        ...userOf(entry),
        username: entry.dn,
        attributes: { mark: entry.texts("employeeType").join() },
      });
      const source = anLdap({ connection: bed.secret(bed.server.port), attributes, user });
      const users = (await source.list?.({ size: 100 }, soon()))?.users ?? [];
      return Object.fromEntries(users.flatMap(({ id, attributes: { mark: one } }) => (one ? [[id, one]] : [])));
    },
    written: () => "moved",
    openBroken: () => aMarker(1),
    stall: async () => {
      const relay = await bed.aRelay("mute");
      return { source: aMarker(relay.port), open: relay.open };
    },
  }));

  test("marks nobody by an account that may only read, and says so", async () => {
    const source = anLdap({ connection: bed.secret(bed.server.port), mark: { ...mark, value: "gone" } });
    await expect(source.mark?.(adaId, new Date(), soon())).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      message: "ldap: the account may not do this (result code 50)",
    });
  });
});
