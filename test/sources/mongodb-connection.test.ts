import { describe, expect, onTestFinished, test } from "vitest";
import { openSecretCache } from "../../lib/aws/secrets.ts";
import type { SecretRef } from "../../lib/core/ports.ts";
import { openMongodbConnection } from "../../lib/protocols/mongodb-connection.ts";
import type { MongodbSettings } from "../../lib/sources/mongodb.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { account, mongodbBed } from "./mongodb-bed.ts";
import { failure, type MongodbDouble } from "./mongodb-double.ts";
import { ada, aSecret, faultOf, find, soon } from "./postgres-bed.ts";

describe("mongodb: its one connection", () => {
  const bed = mongodbBed();
  const on = (double: MongodbDouble, overrides: Partial<MongodbSettings> = {}) =>
    bed.aMongodb({ connection: aSecret(bed.url(double.port)), ...overrides });

  test("is one beside the monitor's, and is replaced when it was cut, again and again", async () => {
    const double = await bed.aDouble();
    const source = on(double);
    for (let round = 0; round < 3; round++) {
      await Promise.all([find(source), find(source), find(source)]);
      expect(double.authenticated()).toBe(1);
      expect(double.open()).toBe(2);
      double.cut();
    }
  });

  test("that is lost in a query is replaced within the same look-up", async () => {
    const double = await bed.aDouble();
    const source = on(double);
    double.silent.add("find");
    const finding = find(source);
    await expect.poll(() => double.asked.some((one) => one.find !== undefined)).toBe(true);
    double.silent.clear();
    double.cut();
    expect(await finding).toMatchObject({ username: "Ada" });
    expect(double.authenticated()).toBe(1);
  });

  test("to a server that is no primary any more is replaced", async () => {
    const double = await bed.aDouble();
    const source = on(double);
    double.scripted.set("find", failure(10107, "NotWritablePrimary", "not primary"));
    const error = await faultOf(find(source));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(error.message).toContain("NotWritablePrimary 10107");
    expect(double.asked.filter((one) => one.find !== undefined).length).toBe(2);
    double.scripted.clear();
    expect(await find(source)).toMatchObject({ username: "Ada" });
  });

  test("of which nothing tells is noticed after a pause, and replaced within the same look-up", async () => {
    const double = await bed.aDouble();
    const relay = await startFaultProxy(double.port);
    onTestFinished(() => relay.stop());
    let now = 0;
    const place = { collection: "users", tls: { ca: bed.certificates.ca } };
    const connection = openMongodbConnection("mongodb", aSecret(bed.url(relay.port)), place, () => now);
    onTestFinished(() => connection.close());
    const ask = () =>
      connection.use(
        ({ collection }, cut) => cut(collection.find({ _id: 2 } as object).toArray()),
        () => true,
        soon(),
      );
    expect(await ask()).toMatchObject([{ username: "castor" }]);
    relay.forgetOpen();
    now += 31_000;
    expect(await ask()).toMatchObject([{ username: "castor" }]);
    await expect.poll(relay.open).toBe(2);
    expect(relay.accepted()).toBe(4);
  });

  describe("opening ahead of the first event", () => {
    test("is what the first look-up then uses", async () => {
      const double = await bed.aDouble();
      const source = on(double);
      source.warm?.();
      source.warm?.();
      expect(await find(source)).toMatchObject({ username: "Ada" });
      expect(double.asked.filter((one) => one.saslStart !== undefined).length).toBe(1);
    });

    test("that failed is forgotten", async () => {
      const double = await bed.aDouble();
      double.accounts.clear();
      const source = on(double);
      source.warm?.();
      await expect.poll(() => double.asked.some((one) => one.saslStart !== undefined)).toBe(true);
      await expect.poll(double.open).toBe(0);
      double.accounts.set(account.user, account.password);
      expect(await find(source)).toMatchObject({ username: "Ada" });
    });

    test("outlives an event whose time ends while it waits for it", async () => {
      const double = await bed.aDouble();
      double.silent.add("saslStart");
      const source = on(double);
      source.warm?.();
      const controller = new AbortController();
      const first = find(source, ada, controller.signal);
      await expect.poll(() => double.asked.some((one) => one.saslStart !== undefined)).toBe(true);
      controller.abort(new Error("no time left"));
      await expect(first).rejects.toThrow("no time left");
      expect(double.open()).toBe(2);
    });
  });

  test("gives up a host that says nothing, long before the event's own end", async () => {
    const relay = await startFaultProxy(bed.everyday.port, "mute");
    onTestFinished(() => relay.stop());
    const error = await faultOf(find(bed.aMongodb({ connection: aSecret(bed.url(relay.port)) })));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    // The driver's own second try.
    expect(relay.accepted()).toBeGreaterThan(1);
    await expect.poll(relay.open).toBe(0);
  });

  test("who gives up in the queue does not cut the query before", async () => {
    const double = await bed.aDouble();
    const source = on(double);
    await find(source);
    double.silent.add("find");
    const controller = new AbortController();
    const first = find(source, ada, controller.signal);
    await expect.poll(() => double.asked.filter((one) => one.find !== undefined).length).toBe(2);
    const second = find(source, ada, AbortSignal.timeout(50));
    await expect(second).rejects.toMatchObject({ name: "TimeoutError" });
    expect(double.authenticated()).toBe(1);
    controller.abort(new Error("over"));
    await expect(first).rejects.toThrow("over");
    await expect.poll(double.open).toBe(0);
  });

  test("leaves nothing open after close, also while it is opening", async () => {
    const double = await bed.aDouble();
    const source = on(double);
    source.warm?.();
    await source.close?.();
    await expect.poll(double.open).toBe(0);
    expect(await find(source)).toMatchObject({ username: "Ada" });
    await source.close?.();
    await expect.poll(double.open).toBe(0);
    // A word to the server, so that its session does not stay for half an hour.
    expect(double.asked.some((one) => one.endSessions !== undefined)).toBe(true);
  });

  describe("TLS", () => {
    test("takes a server that the given authority proves, as text, as a file and by another name", async () => {
      const { ca, caFile, elsewhere } = bed.certificates;
      expect(await find(bed.aMongodb({ tls: { caFile } }))).toMatchObject({ username: "Ada" });
      const double = await bed.aDouble({ certificate: elsewhere });
      expect(await find(on(double, { tls: { ca, servername: "legacy.example" } }))).toMatchObject({ username: "Ada" });
    });

    test.each([
      ["an authority that nobody named", () => ({}), "SELF_SIGNED|UNABLE_TO"],
      ["another authority", () => ({ ca: bed.certificates.otherCa }), "SELF_SIGNED|UNABLE_TO|CERT_SIGNATURE"],
      ["another name", () => ({ ca: bed.certificates.ca, servername: "db.example" }), "ALTNAME_INVALID"],
    ])("refuses a certificate of %s, and sends nothing", async (_, tls, code) => {
      const double = await bed.aDouble();
      const error = await faultOf(find(on(double, { tls: tls() })));
      expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(error.message).toMatch(new RegExp(code));
      expect(double.asked).toEqual([]);
    });

    test.each(["tls=false", "ssl=false", "tlsInsecure=true", "tlsAllowInvalidCertificates=true"])(
      "is not turned off by the secret's %s",
      async (parameter) => {
        const double = await bed.aDouble();
        const connection = aSecret(`${bed.url(double.port)}&${parameter}`);
        await expect(find(bed.aMongodb({ connection, tls: {} }))).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
        expect(double.asked).toEqual([]);
      },
    );

    test("is turned off by its name, and by nothing else", async () => {
      const double = await bed.aDouble({ certificate: undefined });
      await expect(find(on(double))).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(await find(on(double, { tls: "insecure-no-tls" }))).toMatchObject({ username: "Ada" });
    });
  });

  describe("the connection secret", () => {
    test("is DocumentDB's JSON, whose database is a setting", async () => {
      const { user: username, password } = account;
      const json = { engine: "mongo", ssl: false, username, password, host: "127.0.0.1", port: bed.everyday.port };
      const connection = aSecret(JSON.stringify(json));
      expect(await find(bed.aMongodb({ connection, database: "legacy" }))).toMatchObject({ username: "Ada" });
      const error = await faultOf(find(bed.aMongodb({ connection })));
      expect(error).toMatchObject({ code: "SECRET_INVALID" });
      expect(error.message).toContain("names no database");
    });

    test.each([
      ["canary-secret", "neither a mongodb:// URL nor JSON"],
      ["postgres://u:canary-secret@h/d", "neither a mongodb:// URL nor JSON"],
      ["mongodb://h/d?canary-secret", "user, password"],
      ["mongodb://u:canary-secret@/d", "host"],
      ["mongodb://u:canary-secret@h1,h 2/d", "host"],
      ["mongodb://u:canary-secret%zz@h/d", "%25"],
      ["mongodb://u:canary-secret@h/d?authMechanism=PLAIN", "authMechanism"],
      ["mongodb://u:canary-secret@h1,h2/d?directConnection=true", "directConnection"],
      ["mongodb+srv://u:canary-secret@h.example.org:27017/d", "port"],
      ['{"password":"canary-secret"', "begins like JSON and is none"],
      ['{"password":"canary-secret","host":"h"}', "user"],
    ])("is refused with the fields and without its text: %#", async (text, told) => {
      const error = await faultOf(find(bed.aMongodb({ connection: aSecret(text) })));
      expect(error).toMatchObject({ code: "SECRET_INVALID" });
      expect(error.message).toContain(told);
      expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain("canary-secret");
    });
  });

  describe("a rotated password", () => {
    /** A secret as Secrets Manager has it, read through the functions' own cache, with a clock of the test. */
    function aRotatingSecret(text: string) {
      const state = { text, fetches: 0, now: 0 };
      const fetch = async () => {
        state.fetches += 1;
        return state.text;
      };
      const cache = openSecretCache(fetch, () => state.now);
      const ref: SecretRef = {
        name: "rotating",
        read: (signal) => cache.read("rotating", signal),
        refresh: (signal) => cache.refresh("rotating", signal),
      };
      return { state, ref };
    }

    test("is fetched afresh once, and the same look-up succeeds", async () => {
      const double = await bed.aDouble();
      const { state, ref } = aRotatingSecret(bed.url(double.port));
      const source = bed.aMongodb({ connection: ref });
      expect(await find(source)).toMatchObject({ username: "Ada" });
      double.accounts.set(account.user, "the next one");
      state.text = bed.url(double.port, { ...account, password: "the next one" });
      state.now += 60_000;
      double.cut();
      expect(await find(source)).toMatchObject({ username: "Ada" });
      expect(state.fetches).toBe(2);
      expect(double.authenticated()).toBe(1);
    });

    test.each(["a wrong password", "a user who is not there"])(
      "of %s is told as such, without a storm",
      async (what) => {
        const double = await bed.aDouble();
        const wrong = what === "a wrong password" ? { password: "canary-wrong" } : { user: "nobody" };
        const { state, ref } = aRotatingSecret(bed.url(double.port, { ...account, ...wrong }));
        const source = bed.aMongodb({ connection: ref });
        for (let event = 0; event < 10; event++) {
          const error = await faultOf(find(source));
          expect(error).toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
          expect(error.message).not.toContain("canary-wrong");
          state.now += 1000;
        }
        expect(state.fetches).toBe(2);
        expect(double.asked.filter((one) => one.saslStart !== undefined).length).toBe(10);
        await expect.poll(double.open).toBe(0);
      },
    );
  });
});
