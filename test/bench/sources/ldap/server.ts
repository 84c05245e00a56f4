import { slapdMissing, startSlapd } from "../../../support/slapd.ts";
import type { BenchSource } from "../../bench-source.ts";
import { password, somePeople } from "../../people.ts";

const base = "ou=people,dc=example,dc=org";
const reader = { bindDn: "cn=reader,dc=example,dc=org", password: "reader" };

export const ldap: BenchSource = {
  name: "ldap",
  hashed: false,
  drivers: ["ldapts"],
  missing: async () => slapdMissing,
  async start(people) {
    // Passwords are kept as they are: the check of a hash would be the directory's own time.
    const entries = (await somePeople(people, [4])).map(
      ({ id, email }) =>
        `dn: uid=${id},${base}\nobjectClass: inetOrgPerson\nuid: ${id}\ncn: a person\nsn: person\nmail: ${email}\nuserPassword: ${password}`,
    );
    const seed = [
      "dn: dc=example,dc=org\nobjectClass: organization\nobjectClass: dcObject\no: example\ndc: example",
      `dn: ${base}\nobjectClass: organizationalUnit\nou: people`,
      `dn: ${reader.bindDn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: ${reader.password}`,
      ...entries,
    ];
    const server = await startSlapd(`${seed.join("\n\n")}\n`, undefined);
    return {
      setting: "OpenLDAP, no TLS",
      secret: JSON.stringify({ url: `ldap://127.0.0.1:${server.port}`, ...reader }),
      stop: () => server.stop(),
    };
  },
};
