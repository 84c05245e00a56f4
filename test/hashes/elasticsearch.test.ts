import { describe, expect, it } from "vitest";
import { elasticsearch, elasticsearchFamily } from "../../lib/hashes/elasticsearch.ts";
import { ldap } from "../../lib/hashes/ldap.ts";
import { ldapPbkdf2 } from "../../lib/hashes/ldap-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(elasticsearchFamily);

describe("elasticsearch", () => {
  it.each([
    ["{PBKDF2}500$9V6rdQ6BECJE6B1jrFXqnQ$b5fiUqdEBmGYNnBErqgrEEa3F3o", "ldap-pbkdf2"],
    [elasticsearch().decoy?.encoded ?? "", "elasticsearch"],
    ["{SSHA256}AbCdEfGhJSE7kUbwGCY876x6UeAgc1hIgC7RNjimlChGQKVI4gE=", "ldap"],
  ])("tells its strings from a directory's by their shape: %s", (encoded, owner) => {
    const claiming = [elasticsearch(), ldap(), ldapPbkdf2()].filter((format) => format.recognizes({ encoded }));
    expect(claiming.map((format) => format.name)).toEqual([owner]);
  });
});
