import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type ProxyMode, startFaultProxy } from "../support/fault-proxy.ts";

/** A proxy before a server that says everything back in capitals. */
async function anEcho(mode?: ProxyMode) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket
      .on("error", () => undefined)
      .on("data", (bytes) => {
        heard.push(String(bytes));
        socket.write(String(bytes).toUpperCase());
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const proxy = await startFaultProxy(typeof address === "object" ? (address?.port ?? 0) : 0, mode);
  onTestFinished(async () => {
    await proxy.stop();
    server.close();
  });
  const open = () => {
    const socket = connect(proxy.port, "127.0.0.1");
    const seen = { text: "", error: undefined as string | undefined };
    socket.on("data", (bytes) => {
      seen.text += String(bytes);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      seen.error = error.code;
    });
    onTestFinished(() => void socket.destroy());
    return { socket, seen };
  };
  return { proxy, heard, open };
}

const say = (socket: Socket, text: string) => socket.write(text);

test("hands on what both say", async () => {
  const { open } = await anEcho();
  const { socket, seen } = open();
  say(socket, "hello");
  await expect.poll(() => seen.text).toBe("HELLO");
});

test.each<readonly [ProxyMode, readonly string[]]>([
  ["mute", []],
  ["deaf", ["hello"]],
])("%s: nothing comes back", async (mode, reaches) => {
  const { proxy, open, heard } = await anEcho(mode);
  const { socket, seen } = open();
  say(socket, "hello");
  await expect.poll(proxy.open).toBe(1);
  await expect.poll(() => heard).toEqual(reaches);
  expect(seen).toEqual({ text: "", error: undefined });
});

test.each<readonly [ProxyMode, string]>([
  ["refuse", "ECONNREFUSED"],
  ["reset", "ECONNRESET"],
])("%s: the connection fails with %s", async (mode, code) => {
  const { proxy, open } = await anEcho(mode);
  const { seen } = open();
  await expect.poll(() => seen.error).toBe(code);
  await proxy.become("pass");
  const { socket, seen: next } = open();
  say(socket, "hello");
  await expect.poll(() => next.text).toBe("HELLO");
});

test("cuts behind so many bytes of the server's", async () => {
  const { open } = await anEcho({ cutAfter: 3 });
  const { socket, seen } = open();
  say(socket, "hello");
  await expect.poll(() => seen).toEqual({ text: "HEL", error: "ECONNRESET" });
});

test.each<ProxyMode>(["drip", { delayMs: 40 }])("%j: all of it comes, in its order", async (mode) => {
  const { open } = await anEcho(mode);
  const { socket, seen } = open();
  for (const part of ["one ", "two ", "three"]) say(socket, part);
  await expect.poll(() => seen.text, { timeout: 5000 }).toBe("ONE TWO THREE");
});

test("forgets what is open, and serves what comes", async () => {
  const { proxy, open, heard } = await anEcho();
  const { socket, seen } = open();
  say(socket, "one");
  await expect.poll(() => seen.text).toBe("ONE");
  proxy.forgetOpen();
  say(socket, "two");
  const { socket: fresh, seen: next } = open();
  say(fresh, "three");
  await expect.poll(() => next.text).toBe("THREE");
  expect([heard, seen.error]).toEqual([["one", "three"], undefined]);
  proxy.cutOpen();
  await expect.poll(() => seen.error).toBe("ECONNRESET");
});
