import { describe, expect, onTestFinished, test } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { openPostgresConnection } from "../../lib/protocols/postgres-connection.ts";
import { postgresMissing } from "../support/postgres-server.ts";
import { ada, aPostgres, aSecret, faultOf, find, postgresBed, soon } from "./postgres-bed.ts";

describe.skipIf(postgresMissing !== undefined)("postgres: its one connection", () => {
  const bed = postgresBed();

  describe("a lost connection", () => {
    test("that was cut between look-ups is replaced by one, again and again", async () => {
      const role = await bed.aRole();
      const source = aPostgres({ connection: aSecret(bed.server.url(role)) });
      for (let round = 0; round < 4; round++) {
        expect(await find(source)).toMatchObject({ id: "1" });
        expect(await find(source)).toMatchObject({ id: "1" });
        expect(await bed.server.connections(role.user)).toBe(1);
        await bed.server.cutConnections(role.user);
      }
    });

    test("by a restart of the server is replaced", async () => {
      const source = aPostgres({ connection: bed.everydaySecret() });
      expect(await find(source)).toMatchObject({ id: "1" });
      await bed.server.restart();
      expect(await find(source)).toMatchObject({ id: "1" });
    });

    test("in the middle of a query is tried once more", async () => {
      const role = await bed.aRole();
      const unlock = await bed.lockUsers();
      const source = aPostgres({ connection: aSecret(bed.server.url(role)) });
      const finding = find(source);
      await expect.poll(() => bed.waiting(role.user)).toBe(1);
      await bed.server.cutConnections(role.user);
      await expect.poll(() => bed.waiting(role.user)).toBe(1);
      await unlock();
      expect(await finding).toMatchObject({ id: "1" });
      expect(await bed.server.connections(role.user)).toBe(1);
    });

    test("of which nothing tells is noticed after a pause, and replaced within the same look-up", async () => {
      const relay = await bed.aRelay();
      let now = 0;
      const secret = aSecret(bed.server.url({ ...bed.everyday, port: relay.port }));
      const connection = openPostgresConnection("postgres", secret, "insecure-no-tls", () => now);
      onTestFinished(() => connection.close());
      const ask = () => connection.query("select username from users where id = $1", ["1"], soon());
      await ask();
      relay.forgetOpen();
      now += 31_000;
      expect(await ask()).toEqual([{ username: "ada" }]);
      expect(relay.accepted()).toBe(2);
      await expect.poll(relay.open).toBe(1);
      expect(await ask()).toEqual([{ username: "ada" }]);
      expect(relay.accepted()).toBe(2);
    });
  });

  test("tries too many connections once more, tells them as a fault, and works when there is room", async () => {
    const role = await bed.aRole("connection limit 0");
    const relay = await bed.aRelay();
    const source = aPostgres({ connection: aSecret(bed.server.url({ ...role, port: relay.port })) });
    const error = await faultOf(find(source));
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(error.message).toContain("53300");
    expect(relay.accepted()).toBe(2);
    await bed.server.sql(`alter role ${role.user} connection limit 1`);
    expect(await find(source)).toMatchObject({ id: "1" });
  });

  test("gives up a query that hangs, ends its connection, and reads no old answer afterwards", async () => {
    const role = await bed.aRole();
    const connection = openPostgresConnection("postgres", aSecret(bed.server.url(role)), "insecure-no-tls");
    onTestFinished(() => connection.close());
    const ask = (text: string, seconds: string, signal: AbortSignal) =>
      connection.query(
        "select $1::text as answer from pg_sleep($2::float)".replace("$2::float", seconds),
        [text],
        signal,
      );
    expect(await ask("first", "0", soon())).toEqual([{ answer: "first" }]);
    const reason = new Error("no time left");
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 100);
    await expect(ask("old", "0.4", controller.signal)).rejects.toBe(reason);
    expect(await ask("new", "0", soon())).toEqual([{ answer: "new" }]);
    expect(await ask("newer", "0.5", soon())).toEqual([{ answer: "newer" }]);
    await expect.poll(() => bed.server.connections(role.user)).toBe(1);
  });

  describe("opening ahead of the first event", () => {
    test("is what the first look-up then uses", async () => {
      const relay = await bed.aRelay();
      const source = aPostgres({ connection: aSecret(bed.server.url({ ...bed.everyday, port: relay.port })) });
      source.warm?.();
      source.warm?.();
      expect(await find(source)).toMatchObject({ id: "1" });
      expect(relay.accepted()).toBe(1);
    });

    test("outlives an event whose time ends while it waits for it", async () => {
      const relay = await bed.aRelay("drip");
      const source = aPostgres({ connection: aSecret(bed.server.url({ ...bed.everyday, port: relay.port })) });
      source.warm?.();
      const reason = new Error("no time left");
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 60);
      await expect(find(source, ada, controller.signal)).rejects.toBe(reason);
      await relay.become("pass");
      expect(await find(source)).toMatchObject({ id: "1" });
      expect(relay.accepted()).toBe(1);
    });

    test("that fails after the event it was begun for is not the next event's failure", async () => {
      const text = bed.server.url(bed.everyday);
      const down = Promise.withResolvers<string>();
      let reads = 0;
      const read = () => (++reads === 1 ? down.promise : Promise.resolve(text));
      const source = aPostgres({ connection: { name: "samekey/legacy-database", read, refresh: read } });
      source.warm?.();
      const reason = new Error("no time left");
      await expect(find(source, ada, AbortSignal.abort(reason))).rejects.toBe(reason);
      // Thawed later, the environment finds its old request dead, and the secret store long up again.
      const next = find(source);
      down.reject(new MigrationError("SECRET_UNAVAILABLE", "the secret store was down"));
      expect(await next).toMatchObject({ id: "1" });
      expect(reads).toBe(2);
    });

    test("gives up a host that says nothing, and leaves nothing open", async () => {
      const relay = await bed.aRelay("mute");
      const source = aPostgres({ connection: aSecret(bed.server.url({ ...bed.everyday, port: relay.port })) });
      source.warm?.();
      await expect.poll(relay.open).toBe(1);
      await expect.poll(relay.open, { timeout: 5000 }).toBe(0);
      await relay.become("pass");
      expect(await find(source)).toMatchObject({ id: "1" });
    });
  });

  test("gives up connecting twice to a host that says nothing, long before the event's own end", async () => {
    const relay = await bed.aRelay("mute");
    const source = aPostgres({ connection: aSecret(bed.server.url({ ...bed.everyday, port: relay.port })) });
    await expect(find(source)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(relay.accepted()).toBe(2);
    await expect.poll(relay.open).toBe(0);
  });

  test("who gives up in the queue does not cut the query before", async () => {
    const role = await bed.aRole();
    const relay = await bed.aRelay();
    const source = aPostgres({ connection: aSecret(bed.server.url({ ...role, port: relay.port })) });
    await find(source);
    const unlock = await bed.lockUsers();
    const first = find(source);
    await expect.poll(() => bed.waiting(role.user)).toBe(1);
    const controller = new AbortController();
    const second = find(source, ada, controller.signal);
    // By now it stands in the queue.
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("over"));
    await expect(second).rejects.toThrow("over");
    await unlock();
    expect(await first).toMatchObject({ id: "1" });
    expect(relay.accepted()).toBe(1);
  });

  test("one event's end does not cut what another one waits for", async () => {
    const relay = await bed.aRelay("drip");
    const source = aPostgres({ connection: aSecret(bed.server.url({ ...bed.everyday, port: relay.port })) });
    const controller = new AbortController();
    const first = find(source, ada, controller.signal);
    const second = find(source);
    setTimeout(() => controller.abort(new Error("over")), 60);
    await expect(first).rejects.toThrow("over");
    await relay.become("pass");
    expect(await second).toMatchObject({ id: "1" });
    expect(relay.accepted()).toBe(1);
  });

  test("leaves no listener on a signal that lives long", async () => {
    const source = aPostgres({ connection: bed.everydaySecret() });
    const { signal } = new AbortController();
    const balance = listenerBalance(signal);
    for (let event = 0; event < 20; event++) await find(source, ada, signal);
    expect(balance()).toBe(0);
  });

  test("leaves no connection after close, also while it is opening", async () => {
    const role = await bed.aRole();
    const source = aPostgres({ connection: aSecret(bed.server.url(role)) });
    source.warm?.();
    await source.close?.();
    expect(await find(source)).toMatchObject({ id: "1" });
    await source.close?.();
    await expect.poll(() => bed.server.connections(role.user)).toBe(0);
  });
});

/** Listeners added to the signal and not taken away again. */
function listenerBalance(signal: AbortSignal): () => number {
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    count += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    count -= 1;
    remove(...args);
  };
  return () => count;
}
