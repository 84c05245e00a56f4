// No SQL Server runs on these machines and there is no server of its protocol to be had. What is tested here is what
// stands before the first answer of a database, with the real driver: settings, addresses, the driver's own errors, a
// host that says nothing, one that refuses, one that says it has no TLS, and TLS itself up to the login. Statements and rows are tested on the
// other SQL sources, which share them.
import { rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { ConnectionError, RequestError } from "tedious";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { asFault, isLost, isRefusedCredential } from "../../lib/protocols/mssql-failures.ts";
import { type MssqlSettings, mssql } from "../../lib/sources/mssql.ts";
import { named } from "../contracts/source.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { userOf } from "./legacy-users-table.ts";
import { aSecret, faultOf, find } from "./postgres-bed.ts";
import { startTdsTls } from "./tds-tls.ts";

const statements = {
  byEmail: "select * from dbo.users where lower(email) = @identifier",
  byUsername: "select * from dbo.users where username = @identifier collate Latin1_General_100_BIN2",
};

function aMssql(overrides: Partial<MssqlSettings> & Pick<MssqlSettings, "connection">) {
  const source = mssql({ find: statements, user: userOf, ...overrides });
  onTestFinished(() => source.close?.());
  return source;
}

/** A host that takes connections and answers what a connection begins with by `answer`, and nothing after it. */
async function aHost(answer?: Buffer) {
  const sockets = new Set<Socket>();
  const packets: number[] = [];
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      packets.push(bytes[0] ?? 0);
      if (answer !== undefined && bytes[0] === 0x12) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const secret = aSecret(`mssql://reader:canary-secret@127.0.0.1:${port}/legacy`);
  return { secret, packets, accepted: () => accepted, open: () => sockets.size };
}

// MS-TDS 2.2.6.5: a table response (0x04) with VERSION 16.0 and ENCRYPTION: ENCRYPT_NOT_SUP (2).
const withoutTls = Buffer.from("0401001a00000100" + "00000b0006" + "0100110001" + "ff" + "100000000000" + "02", "hex");

describe("mssql", () => {
  test("is cut by the signal while the host says nothing, and leaves nothing open", async () => {
    const host = await aHost();
    const reason = new Error("no time left");
    const controller = new AbortController();
    const finding = find(aMssql({ connection: host.secret }), named("username", "ada"), controller.signal);
    const cut = expect(finding).rejects.toBe(reason);
    await expect.poll(host.open).toBe(1);
    controller.abort(reason);
    await cut;
    await expect.poll(host.open).toBe(0);
  });

  test("gives up connecting twice to a host that says nothing, long before the event's own end", async () => {
    const host = await aHost();
    const error = await faultOf(find(aMssql({ connection: host.secret })));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE", message: "mssql: the database failed (ETIMEOUT)" });
    expect(host.accepted()).toBe(2);
    await expect.poll(host.open).toBe(0);
  });

  test("calls nobody unknown where nobody listens, and asks nothing when the time is over", async () => {
    const source = aMssql({ connection: aSecret("mssql://reader:canary-secret@127.0.0.1:1/legacy") });
    const error = await faultOf(find(source));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(error.message).not.toContain("canary");
    const reason = new Error("over before it began");
    const host = await aHost();
    const late = find(aMssql({ connection: host.secret }), named("username", "ada"), AbortSignal.abort(reason));
    await expect(late).rejects.toBe(reason);
  });

  test("sends no login to a server that says it has no TLS", async () => {
    const host = await aHost(withoutTls);
    const error = await faultOf(find(aMssql({ connection: host.secret })));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(error.message).toBe("mssql: the server offers no TLS, and TLS is asked for");
    expect(host.packets).toEqual([0x12]);
  });

  test("sends it there when TLS is turned off by its name", async () => {
    const host = await aHost(withoutTls);
    const finding = faultOf(find(aMssql({ connection: host.secret, tls: "insecure-no-tls" })));
    await expect.poll(() => host.packets.slice(0, 2)).toEqual([0x12, 0x10]);
    expect(await finding).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  describe("TLS", () => {
    let certificates: Certificates;
    beforeAll(async () => {
      certificates = await makeCertificates();
    });
    afterAll(() => rm(certificates.folder, { recursive: true }));

    async function loginOver(tls: () => NonNullable<MssqlSettings["tls"]>) {
      const host = await startTdsTls(certificates.here);
      onTestFinished(() => host.stop());
      const connection = aSecret(`mssql://reader:canary-secret@localhost:${host.port}/legacy`);
      const error = await faultOf(find(aMssql({ connection, tls: tls() })));
      return { error, received: host.received() };
    }

    test("carries the login to a server that the given authority proves", async () => {
      const { received } = await loginOver(() => ({ ca: certificates.ca }));
      expect(received[0]).toBe(0x10);
    });

    test.each([
      ["an authority that nobody named", () => ({}), "SELF_SIGNED|UNABLE_TO"],
      ["another authority", () => ({ ca: certificates.otherCa }), "SELF_SIGNED|UNABLE_TO|CERT_SIGNATURE"],
      ["another name", () => ({ ca: certificates.ca, servername: "db.example" }), "ALTNAME_INVALID"],
    ])("carries none to a server with a certificate of %s", async (_, tls, code) => {
      const { error, received } = await loginOver(tls);
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(error.message).toMatch(new RegExp(code));
      expect(received).toEqual([]);
    });
  });

  test.each([
    ["postgres://u:canary-secret@h/d", "neither a mssql:// URL nor JSON"],
    ["mssql://u:canary-secret@h", "database"],
    ['{"username":"u","password":"canary-secret","host":"h","dbname":"d","port":70000}', "port"],
  ])("refuses a connection secret with its fields and without its text: %#", async (text, told) => {
    const error = await faultOf(find(aMssql({ connection: aSecret(text) })));
    expect(error).toMatchObject({ code: "SECRET_INVALID" });
    expect(error.message).toContain(told);
    expect(error.message).not.toContain("canary-secret");
  });

  describe("the driver's errors", () => {
    const ofServer = (number: number) =>
      Object.assign(new RequestError("the value canary-value", "EREQUEST"), { number });

    test.each([
      [new ConnectionError("Login failed for user", "ELOGIN"), "SOURCE_REFUSED_CREDENTIAL"],
      [new ConnectionError("Failed to connect", "ESOCKET"), "SOURCE_UNAVAILABLE"],
      [ofServer(2627), "RECORD_TAKEN"],
      [ofServer(2601), "RECORD_TAKEN"],
      [ofServer(245), "SOURCE_UNAVAILABLE"],
      [ofServer(208), "SOURCE_UNAVAILABLE"],
    ])("are told by their code, never by their text: %#", (error, code) => {
      const fault = asFault(error, "mssql");
      expect(fault).toMatchObject({ code });
      expect(`${fault.message}${String(fault.cause)}`).not.toContain("canary-value");
    });

    test("tell a lost connection and a database that wakes up from a refusal", () => {
      const waking = Object.assign(new ConnectionError("not available", "ELOGIN"), { isTransient: true });
      expect([isLost(waking), isRefusedCredential(waking)]).toEqual([true, false]);
      const wrong = new ConnectionError("Login failed for user", "ELOGIN");
      expect([isLost(wrong), isRefusedCredential(wrong)]).toEqual([false, true]);
      expect(isLost(new RequestError("Connection closed before request completed.", "ECLOSE"))).toBe(true);
      expect(isLost(ofServer(40_613))).toBe(true);
      expect(isLost(ofServer(208))).toBe(false);
    });
  });

  test("reports every wrong setting with its path, and throws for none", () => {
    const right = { connection: aSecret(""), find: statements, user: userOf };
    // As a config in plain JavaScript may have them.
    const faultsOf = (settings: object) =>
      settingFaultsOf(mssql({ ...right, ...settings } as MssqlSettings)).map(({ path }) => path);
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ connection: undefined, tls: { trust: true }, find: { byId: "select ?" }, user: 1 })).toEqual([
      "connection",
      "tls.trust",
      "find.byId",
      "user",
    ]);
    expect(faultsOf({ find: { byId: "select [@no], '@no', @@rowcount, @identifier -- @no" } })).toEqual([]);
    expect(faultsOf({ list: "select top (@size) 1", remove: "delete from users where id = @id" })).toEqual(["list"]);
    expect(faultsOf({ mark: "update users set moved_at = @at where id = @id" })).toEqual([]);
    expect(faultsOf({ mark: "update users set moved_at = @when where id = @id" })).toEqual(["mark"]);
    expect(faultsOf({ update: { sql: "update users set a = @a where id = @id" } })).toEqual(["update.values"]);
  });
});
