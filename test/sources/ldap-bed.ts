import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import type { LegacySource, Lookup, SecretRef } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import type { LdapEntry } from "../../lib/protocols/ldap-entry.ts";
import { type LdapSettings, ldap } from "../../lib/sources/ldap.ts";
import { type FaultProxy, type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";
import { type Slapd, startSlapd } from "../support/slapd.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";

export const base = "ou=people,dc=example,dc=org";
export const adaId = "6f1d2c3a-0000-4000-8000-00000000ada1";
const reader = { bindDn: "cn=reader,dc=example,dc=org", password: "reader'\\pass 1" };

/** May write the attribute employeeType, and nothing else. */
const marker = { bindDn: "cn=marker,dc=example,dc=org", password: "marker's pass" };

function person(rdn: string, fields: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ cn: "a person", sn: "person", ...fields });
  return [
    `dn: ${rdn},${base}`,
    "objectClass: inetOrgPerson",
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ].join("\n");
}

const numbered = Array.from({ length: 25 }, (_, index) => `many-${String(index).padStart(2, "0")}`);

export const seed = `${[
  "dn: dc=example,dc=org\nobjectClass: organization\nobjectClass: dcObject\no: example\ndc: example",
  `dn: ${base}\nobjectClass: organizationalUnit\nou: people`,
  "dn: ou=many,dc=example,dc=org\nobjectClass: organizationalUnit\nou: many",
  `dn: ${reader.bindDn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: reader\nuserPassword: ${reader.password}`,
  `dn: ${marker.bindDn}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: marker\nuserPassword: ${marker.password}`,
  person("uid=ada", {
    uid: "ada",
    mail: "ada@example.org",
    telephoneNumber: "+44 1234-567 890",
    userPassword: "ada's pass",
    entryUUID: adaId,
  }),
  person("uid=castor", { uid: "castor", mail: "twins@example.org" }),
  person("uid=pollux", { uid: "pollux", mail: "twins@example.org" }),
  person("cn=nameless", { cn: "nameless", mail: "nameless@example.org" }),
  person("uid=zoë".replace("ë", "\\C3\\AB"), { "uid:": base64("zoë"), "userPassword:": base64("pässwörd\u0000 密码") }),
  person("cn=Smith\\2C \\22J\\22 \\2B \\23 \\3C\\3E", {
    cn: 'Smith, "J" + # <>',
    uid: "a*(b)\\c",
    userPassword: "smith",
  }),
  person("uid=empty", { uid: "empty" }),
  ...numbered.map((uid) => person(`uid=${uid}`, { uid, mail: `${uid}@example.org` }).replace("ou=people", "ou=many")),
].join("\n\n")}\n`;

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

export interface LdapBed {
  readonly server: Slapd;
  readonly certificates: Certificates;
  /** A secret of the reader; ldaps unless a port is given, which is ldap's. */
  secret(port?: number): SecretRef;
  /** A relay before the server's port without TLS; it ends with the test. */
  aRelay(mode?: ProxyMode): Promise<FaultProxy>;
}

/** Called in a suite: starts before its tests and stops after them. */
export function ldapBed(): LdapBed {
  let opened: Pick<LdapBed, "server" | "certificates"> | undefined;
  const now = () => opened ?? expect.unreachable("asked before the suite began");
  beforeAll(async () => {
    const certificates = await makeCertificates();
    opened = { certificates, server: await startSlapd(seed, certificates.here) };
  });
  afterAll(async () => {
    await now().server.stop();
    await rm(now().certificates.folder, { recursive: true });
  });
  return {
    get server() {
      return now().server;
    },
    get certificates() {
      return now().certificates;
    },
    secret: (port) => aReader(port === undefined ? `ldaps://127.0.0.1:${now().server.tlsPort}` : plainUrl(port)),
    async aRelay(mode) {
      const relay = await startFaultProxy(now().server.port, mode);
      onTestFinished(() => relay.stop());
      return relay;
    },
  };
}

export function startBareSlapd(): Promise<Slapd> {
  return startSlapd(seed, undefined);
}

export const plainUrl = (port: number) => `ldap://127.0.0.1:${port}`;

/** A secret whose text never changes. */
export function aSecret(fields: object): SecretRef {
  const text = JSON.stringify(fields);
  return { name: "samekey/directory", read: async () => text, refresh: async () => text };
}

export function aReader(url: string, overrides: object = {}): SecretRef {
  return aSecret({ url, ...reader, ...overrides });
}

export function aMarker(url: string): SecretRef {
  return aReader(url, marker);
}

export const find = { byUsername: "uid", byEmail: "mail", byPhone: "telephoneNumber", byId: "entryUUID" };

export function userOf(entry: LdapEntry) {
  return {
    id: entry.text("entryUUID"),
    username: entry.text("uid"),
    enabled: true,
    attributes: { email: entry.text("mail"), phone_number: entry.text("telephoneNumber")?.replace(/[ -]/g, "") },
  };
}

/** A source closed after the test, without TLS where the secret's URL has none. */
export function anLdap(settings: Partial<LdapSettings> & Pick<LdapSettings, "connection">): LegacySource {
  const source = ldap({ base, find, user: userOf, tls: "insecure-no-tls", ...settings });
  onTestFinished(() => source.close?.());
  return source;
}

export function authenticate(source: LegacySource, by: Lookup, password: string, signal = AbortSignal.timeout(10_000)) {
  return source.authenticate?.(by, Secret.fromText(password), signal) ?? expect.unreachable("it cannot");
}
