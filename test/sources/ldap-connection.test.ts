import { connect, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLdapDirectory } from "../../lib/protocols/ldap-directory.ts";
import { named } from "../contracts/source.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { slapdMissing, startSlapd } from "../support/slapd.ts";
import { anLdap, aReader, authenticate, base, ldapBed, plainUrl, seed, startBareSlapd } from "./ldap-bed.ts";

const ada = named("username", "ada");
const soon = () => AbortSignal.timeout(10_000);

describe.skipIf(slapdMissing !== undefined)("the connection to an LDAP directory", () => {
  const bed = ldapBed();
  const ldaps = () => `ldaps://127.0.0.1:${bed.server.tlsPort}`;

  test.each(["ldaps", "StartTLS"])(
    "by %s takes no certificate of an unknown authority or for another name",
    async (way) => {
      const connection = aReader(way === "ldaps" ? ldaps() : plainUrl(bed.server.port));
      const { ca, otherCa, caFile } = bed.certificates;
      for (const tls of [{}, { ca: otherCa }, { ca, servername: "legacy.example" }]) {
        const found = anLdap({ connection, tls }).find?.(ada, soon());
        await expect(found).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      }
      for (const tls of [{ ca }, { caFile }, { ca, servername: "localhost" }]) {
        expect(await anLdap({ connection, tls }).find?.(ada, soon())).toBeDefined();
      }
    },
  );

  test("speaks no word in clear to a server without StartTLS", async () => {
    const bare = await startBareSlapd();
    onTestFinished(() => bare.stop());
    const sent: Buffer[] = [];
    const relay = await spyingRelay(bare.port, (bytes) => sent.push(bytes));
    const source = anLdap({ connection: aReader(plainUrl(relay)), tls: {} });
    await expect(source.find?.(ada, soon())).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      message: /no StartTLS/,
    });
    expect(Buffer.concat(sent).toString("latin1")).not.toMatch(/reader|ada/);
  });

  // 02 is the number of the first message of a new client, 03 that of one that asked for StartTLS itself: against the
  // driver's own startTLS the latter lets everybody in.
  test.each(["02", "03"])("takes nothing sent in clear for an answer to message %s over TLS", async (id) => {
    // The beginning of "bind succeeded", long enough to swallow the true refusal.
    const forged = Buffer.from(`301a0201${id}61070a010004000400`, "hex");
    const port = await spyingRelay(bed.server.port, undefined, forged);
    const connections = [aReader(plainUrl(bed.server.port)), aReader(plainUrl(port))];
    const texts = await Promise.all(connections.map((one) => one.read(soon())));
    const read = async () => texts.shift() ?? expect.unreachable("read a third time");
    const connection = { name: "turning", read, refresh: read };
    const answer = await authenticate(anLdap({ connection, tls: { ca: bed.certificates.ca } }), ada, "wrong");
    expect(answer).toEqual({ kind: "denied", reason: "wrong-password" });
  });

  test("asks a connection that slept for a sign of life, and replaces one that gives none", async () => {
    const relay = await startFaultProxy(bed.server.port);
    onTestFinished(() => relay.stop());
    let time = 0;
    const directory = openLdapDirectory("ldap", aReader(plainUrl(relay.port)), "insecure-no-tls", () => time);
    onTestFinished(() => directory.close());
    const { PresenceFilter } = await import("ldapts");
    const filter = new PresenceFilter({ attribute: "objectClass" });
    const limits = { sizeLimit: 1, timeLimitSeconds: 3, attributes: ["1.1"] };
    const ask = () =>
      directory.asService((session) => session.search({ base, scope: "base", filter, ...limits }, soon()), soon());
    expect((await ask()).entries).toHaveLength(1);
    time += 31_000;
    expect((await ask()).entries).toHaveLength(1);
    expect(relay.accepted()).toBe(1);
    relay.forgetOpen();
    time += 31_000;
    expect((await ask()).entries).toHaveLength(1);
    expect(relay.accepted()).toBe(2);
  });

  test("does not go to another server that the directory names", async () => {
    const elsewhere = await startFaultProxy(bed.server.port);
    onTestFinished(() => elsewhere.stop());
    const url = `${plainUrl(elsewhere.port)}/ou=people,dc=example,dc=org`;
    bed.server.modify(
      `dn: ou=elsewhere,ou=people,dc=example,dc=org\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\nref: ${url}\n`,
    );
    const connection = aReader(plainUrl(bed.server.port));
    expect(await anLdap({ connection }).find?.(ada, soon())).toBeDefined();
    const below = anLdap({ connection, base: "ou=elsewhere,ou=people,dc=example,dc=org" }).find?.(ada, soon());
    await expect(below).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE", message: /referrals are not followed/ });
    expect(elsewhere.accepted()).toBe(0);
  });

  test("takes a server's own size limit neither for one user nor for a whole list", async () => {
    const narrow = await startSlapd(seed, undefined, "sizelimit size.soft=1 size.hard=1 size.prtotal=3");
    onTestFinished(() => narrow.stop());
    const connection = aReader(plainUrl(narrow.port));
    const twins = anLdap({ connection }).find?.(named("email", "twins@example.org"), soon());
    await expect(twins).rejects.toMatchObject({ code: "RECORD_AMBIGUOUS" });
    const all = anLdap({ connection, base: "ou=many,dc=example,dc=org" }).list?.({ size: 10 }, soon());
    await expect(all).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE", message: /size limit/ });
  });

  test("is told to be lost by a server that restarts, and opened again", async () => {
    const own = await startBareSlapd();
    onTestFinished(() => own.stop());
    const source = anLdap({ connection: aReader(plainUrl(own.port)) });
    expect(await source.find?.(ada, soon())).toBeDefined();
    await own.restart();
    expect(await source.find?.(ada, soon())).toBeDefined();
  });
});

/** A relay that shows what the client sends, and puts `extra` behind the server's first answer, in the same packet. */
async function spyingRelay(target: number, onSent?: (bytes: Buffer) => void, extra?: Buffer): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    for (const socket of [inner, outer]) {
      sockets.add(socket.on("error", () => undefined));
      socket.once("close", () => {
        inner.destroy();
        outer.destroy();
      });
    }
    inner.on("data", (bytes) => {
      onSent?.(bytes);
      outer.write(bytes);
    });
    outer.once("data", (bytes) => {
      inner.write(extra === undefined ? bytes : Buffer.concat([bytes, extra]));
      outer.on("data", (more) => inner.write(more));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : expect.unreachable("no port");
}
