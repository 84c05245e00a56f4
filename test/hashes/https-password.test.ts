import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { httpsPassword } from "../../lib/hashes/https-password.ts";

const key = Secret.fromText("a key of thirty-two characters!!");
const stored = { format: "house", encoded: "stored-string" };
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Heard {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

/** An endpoint of the adopter's, on this machine. */
async function endpoint(
  answer: (heard: Heard) => { status?: number; type?: string; body: string; location?: string } | "silence",
) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { path: request.url ?? "", body: Buffer.concat(chunks).toString(), headers: request.headers };
      heard.push(one);
      const told = answer(one);
      if (told === "silence") return;
      const location = told.location === undefined ? {} : { location: told.location };
      response.writeHead(told.status ?? 200, { "content-type": told.type ?? "application/json", ...location });
      response.end(told.body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`, heard };
}

const check = (url: string, password = "correct horse") =>
  httpsPassword({ name: "house", url, key, timeLimitMs: 500 })
    .parse(stored)
    .verify(Secret.fromText(password), new AbortController().signal);

describe("httpsPassword", () => {
  it("matches and mismatches as the endpoint says", async () => {
    const { url } = await endpoint(({ body }) => ({
      body: JSON.stringify({ match: JSON.parse(body).password === "correct horse" }),
    }));
    expect(await check(url)).toBe("match");
    expect(await check(url, "wrong")).toBe("mismatch");
  });

  it("sends password and hash in the signed body and nowhere else", async () => {
    const { url, heard } = await endpoint(() => ({ body: '{"match":true}' }));
    await check(url);
    const [one] = heard;
    expect(JSON.parse(one?.body ?? "")).toEqual({ action: "verify", password: "correct horse", stored });
    expect(one?.path).toBe("/check");
    expect(JSON.stringify(one?.headers)).not.toContain("correct");
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = one?.headers ?? {};
    const expected = createHmac("sha256", key.reveal()).update(`${id}.${time}.${one?.body}`).digest();
    const given = Buffer.from(String(signature).replace(/^v1,/, ""), "base64");
    expect(timingSafeEqual(given, expected)).toBe(true);
    expect(Math.abs(Number(time) * 1000 - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ["an error status", { status: 500, body: '{"match":true}' }],
    ["a status of success without content", { status: 204, body: "" }],
    ["a redirect", { status: 302, body: '{"match":true}', location: "http://127.0.0.1:9/" }],
    ["HTML", { type: "text/html", body: "<p>signed in</p>" }],
    ["broken JSON", { body: '{"match":tr' }],
    ["an answer that is too long", { body: JSON.stringify({ match: true, more: "x".repeat(20_000) }) }],
  ])("takes %s for a fault, never for a verdict", async (_, told) => {
    const { url } = await endpoint(() => told);
    await expect(check(url)).rejects.toMatchObject({ code: "PASSWORD_FUNCTION_FAILED" });
  });

  it.each([['{"match":"true"}'], ['{"match":1}'], ["{}"], ["[true]"]])(
    "takes %s for a configuration error",
    async (body) => {
      const { url } = await endpoint(() => ({ body }));
      await expect(check(url)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    },
  );

  it("gives up at its time limit", async () => {
    const { url } = await endpoint(() => "silence");
    await expect(check(url)).rejects.toMatchObject({ code: "PASSWORD_FUNCTION_FAILED" });
  });

  it("makes new hashes where the endpoint does", async () => {
    const { url } = await endpoint(({ body }) => ({
      body: JSON.stringify({ encoded: `new-${JSON.parse(body).action}` }),
    }));
    const format = httpsPassword({ name: "house", url, key, hashes: true });
    expect(await format.hash?.(Secret.fromText("p"))).toEqual({ format: "house", encoded: "new-hash" });
  });

  it("refuses a short key", async () => {
    const { url } = await endpoint(() => ({ body: '{"match":true}' }));
    const format = httpsPassword({ name: "house", url, key: Secret.fromText("short") });
    const verdict = format.parse(stored).verify(Secret.fromText("p"), new AbortController().signal);
    await expect(verdict).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it.each([["http://legacy.example.org/check"], ["ftp://127.0.0.1/"], ["no url"]])(
    "reports %s as a wrong setting",
    (url) => {
      expect(settingFaultsOf(httpsPassword({ name: "house", url, key })).map(({ path }) => path)).toEqual(["url"]);
    },
  );
});
