import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { serviceDenials } from "../../lib/protocols/service-answers.ts";
import { serviceActions } from "../../lib/protocols/service-messages.ts";
import { type HttpSettings, http } from "../../lib/sources/http.ts";
import { describeSource, named } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { aDouble, aRotatedSecret, type HttpDouble, startDouble, type Told } from "./http-double.ts";
import { describeOperations } from "./service-operations.ts";
import { openStore } from "./service-store.ts";

// The other side is Node's own HTTP server; the service behind it checks signatures as docs/sources/http.md tells adopters to.
const keyText = "a key of thirty-two characters!!";
const lookups = ["username", "email", "phone", "id"] as const;
const ada = named("username", "ada");
const soon = () => AbortSignal.timeout(10_000);

const aSource = (url: string, overrides: Partial<HttpSettings> = {}) => {
  const source = http({ url, key: aRotatedSecret(keyText), lookups, actions: serviceActions, ...overrides });
  onTestFinished(() => source.close?.());
  return source;
};

const find = (url: string, signal = soon()) => aSource(url).find?.(ada, signal);
const authenticate = (url: string) => aSource(url).authenticate?.(ada, Secret.fromText("canary-password"), soon());

describe("http", () => {
  let service: HttpDouble;
  const store = openStore();
  beforeAll(async () => {
    service = await startDouble(({ body, headers }) => {
      const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      const signature = `v1,${createHmac("sha256", keyText).update(content).digest("base64")}`;
      if (headers["webhook-signature"] !== signature) return { status: 401, json: {} };
      return { json: store(JSON.parse(body)) };
    });
  });
  afterAll(() => service.stop());

  describeOperations("http", () => aSource(service.url));

  describeSource("http", () => ({
    open: () => http({ url: service.url, key: aRotatedSecret(keyText), lookups, actions: serviceActions }),
    known: {
      id: "1",
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", "1")],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () => http({ url: "http://127.0.0.1:1/", key: aRotatedSecret(keyText), lookups, actions: ["find"] }),
    stalled: {
      "before the answer": stalledBy(() => "silence"),
      "while the answer drips": stalledBy(() => ({
        write: (response) => {
          response.writeHead(200, { "content-type": "application/json" });
          const timer = setInterval(() => response.write(" "), 20);
          response.on("close", () => clearInterval(timer));
        },
      })),
    },
    misconfigured: misconfigured(),
  }));

  describeMark("http", () => ({
    open: () => aSource(service.url),
    known: "1",
    marks: () => ({ ...Object(store(JSON.parse('{"action":"marks"}'))) }),
    written: (at) => at.toISOString(),
    openBroken: () => aSource("http://127.0.0.1:1/"),
    stall: stalledBy(() => "silence"),
  }));

  test.each([{}, { marked: "true" }, { marked: true, user: {} }, { removed: true }])(
    "takes %j for no answer to a mark",
    async (json) => {
      const { url } = await aDouble(() => ({ json }));
      const marking = aSource(url).mark?.("1", new Date(), soon());
      await expect(marking).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    },
  );

  test("puts the password into the signed body and nowhere else", async () => {
    const double = await aDouble(() => ({ json: { kind: "denied", reason: "wrong-password" } }));
    await authenticate(`${double.url}/legacy`);
    const [one] = double.heard;
    expect([one?.method, one?.path]).toEqual(["POST", "/legacy"]);
    expect(JSON.parse(one?.body ?? "")).toEqual({ action: "authenticate", ...ada, password: "canary-password" });
    expect(JSON.stringify(one?.headers)).not.toContain("canary");
  });

  test("keeps one connection, and replaces one that was closed meanwhile", async () => {
    const double = await aDouble(() => ({ json: { users: [] } }));
    const source = aSource(double.url);
    for (let round = 0; round < 3; round++) await source.find?.(ada, soon());
    expect([double.accepted(), double.heard.length]).toEqual([1, 3]);
    double.cut();
    await source.find?.(ada, soon());
    expect([double.accepted(), double.heard.length]).toEqual([2, 4]);
  });

  test("never sends a change twice, also when the connection is cut under it", async () => {
    const double = await aDouble((heard) =>
      heard.body.includes("find") ? { json: { users: [] } } : { write: (response) => response.destroy() },
    );
    const source = aSource(double.url);
    await source.find?.(ada, soon());
    await expect(source.remove?.("1", soon())).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(double.heard.map(({ body }) => JSON.parse(body).action)).toEqual(["find", "remove"]);
  });

  test("reads the key afresh once when the signature is refused", async () => {
    const rotated = aRotatedSecret("an old key of thirty-two chars!!", keyText);
    expect(await aSource(service.url, { key: rotated }).find?.(ada, soon())).toMatchObject({ id: "1" });
    const wrong = aRotatedSecret("an old key of thirty-two chars!!", "a wrong key of thirty-two chars!");
    const refused = aSource(service.url, { key: wrong }).find?.(ada, soon());
    await expect(refused).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
    expect([rotated.refreshes(), wrong.refreshes()]).toEqual([1, 1]);
    const short = aSource(service.url, { key: aRotatedSecret("short") }).find?.(ada, soon());
    await expect(short).rejects.toMatchObject({ code: "SECRET_INVALID" });
  });

  const user = { id: "1", username: "ada", enabled: true, attributes: {} };
  const match = { kind: "match", user };
  const raw = (body: string, headers: Record<string, string> = {}, status = 200): Told => ({
    write: (response) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body);
    },
  });

  test.each<[string, Told]>([
    ["HTML with 200", raw("<p>Welcome, ada</p>", { "content-type": "text/html" })],
    ["JSON that calls itself HTML", raw(JSON.stringify(match), { "content-type": "text/html" })],
    ["JSON that calls itself a sequence", raw(JSON.stringify(match), { "content-type": "application/json-seq" })],
    ["204", raw("", {}, 204)],
    ["201 with the right body", { status: 201, json: match }],
    ["a redirect to another host", raw(JSON.stringify(match), { location: "http://192.0.2.1/" }, 301)],
    ["a redirect that keeps the method", raw(JSON.stringify(match), { location: "/elsewhere" }, 307)],
    ["404", { status: 404, json: match }],
    ["500", { status: 500, json: match }],
    ["503", { status: 503, json: match }],
    ["an empty body", raw("")],
    ["half a body", raw('{"kind":"match","user":{"id"')],
    [
      "a key twice",
      raw('{"kind":"denied","kind":"match","user":{"id":"1","username":"ada","enabled":true,"attributes":{}}}'),
    ],
    [
      "a key twice by an escape",
      raw(String.raw`{"kind":"match","user":{"id":"1","\u0069d":"2","username":"ada","enabled":true,"attributes":{}}}`),
    ],
    [
      "bytes that are no UTF-8",
      {
        write: (response) =>
          void response.writeHead(200, { "content-type": "application/json" }).end(Buffer.from([0x22, 0xff, 0x22])),
      },
    ],
    ["true", { json: true }],
    ["null", { json: null }],
    ["a list", { json: [match] }],
    ["another kind", { json: { kind: "Match", user } }],
    ["a match without a user", { json: { kind: "match" } }],
    ["a match and a reason", { json: { ...match, reason: "wrong-password" } }],
    ["a match and more", { json: { ...match, ok: true } }],
    ["a denial with a user", { json: { kind: "denied", reason: "locked", user } }],
    ["a denial of another's making", { json: { kind: "denied", reason: "already-migrated" } }],
    ["a user with more than is documented", { json: { kind: "match", user: { ...user, admin: true } } }],
    ["a user with a list of attributes", { json: { kind: "match", user: { ...user, attributes: [] } } }],
    ["the answer to another action", { json: { users: [user] } }],
  ])("lets nobody in on %s", async (_, told) => {
    const { url, heard } = await aDouble(() => told);
    const error = await authenticate(url)?.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(String(error)).not.toMatch(/canary|ada/);
    expect(heard).toHaveLength(1);
  });

  test.each([
    { ...user, enabled: "true" },
    { ...user, id: "" },
    { ...user, id: 2 ** 53 },
    { ...user, attributes: { address: {} } },
    { ...user, groups: "admins" },
    { ...user, password: { encoded: 7 } },
    { ...user, password: { encoded: "x", salt: 5 } },
  ])("lets nobody in with a user who cannot be mapped: %j", async (wrong) => {
    const { url } = await aDouble(() => ({ json: { kind: "match", user: wrong } }));
    await expect(authenticate(url)).rejects.toMatchObject({ code: "RECORD_UNUSABLE" });
  });

  test("says how long a throttling service asks to wait, and does not wait", async () => {
    const { url } = await aDouble(() => ({ status: 429, json: {}, headers: { "retry-after": "120" } }));
    await expect(find(url)).rejects.toMatchObject({
      code: "SOURCE_UNAVAILABLE",
      message: "http: find at the service answered 429, not as documented, and asks to wait 120 s",
    });
  });

  test.each([
    ["announced", true],
    ["in chunks", false],
  ])("stops reading a body of a gigabyte, %s", async (_, announced) => {
    let sent = 0;
    const { url } = await aDouble(() => ({
      write: (response) => {
        const length = announced ? { "content-length": String(2 ** 30) } : {};
        response.writeHead(200, { "content-type": "application/json", ...length });
        const chunk = Buffer.alloc(65_536, " ");
        const more = () => {
          while (!response.destroyed && sent < 2 ** 30) {
            sent += chunk.length;
            if (!response.write(chunk)) return void response.once("drain", more);
          }
        };
        more();
      },
    }));
    await expect(find(url)).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(sent).toBeLessThan(64 * 2 ** 20);
  });

  test("hands on each documented denial", async () => {
    for (const reason of serviceDenials) {
      const { url } = await aDouble(() => ({ json: { kind: "denied", reason } }));
      expect(await authenticate(url)).toEqual({ kind: "denied", reason });
    }
  });

  test("takes a page only as large as asked for, with a usable `next`", async () => {
    for (const json of [{ users: [user, user] }, { users: [], next: "" }, { users: [], next: 5 }, { users: {} }]) {
      const { url } = await aDouble(() => ({ json }));
      await expect(aSource(url).list?.({ size: 1 }, soon())).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    }
  });

  test("documents each action, and each denial, in the JSON Schema", async () => {
    const file = new URL("../../docs/sources/service-answers.schema.json", import.meta.url);
    const { $defs } = JSON.parse(await readFile(file, "utf8"));
    for (const action of serviceActions) expect($defs).toHaveProperty(action);
    expect($defs.denied.properties.reason.enum).toEqual([...serviceDenials]);
    expect($defs.user.additionalProperties).toBe(false);
  });
});

function stalledBy(answer: () => Told) {
  return async () => {
    const double = await aDouble(answer);
    const source = http({ url: double.url, key: aRotatedSecret(keyText), lookups, actions: serviceActions });
    return { source, open: double.open };
  };
}

function misconfigured() {
  const right = { url: "https://legacy.example.org/", key: aRotatedSecret(keyText), lookups, actions: ["find"] };
  // As a config in plain JavaScript may have them.
  const wrong = (settings: object) => http({ ...right, ...settings } as HttpSettings);
  return [
    { source: wrong({}), paths: [] },
    { source: wrong({ url: "http://legacy.example.org/" }), paths: ["url"] },
    { source: wrong({ url: "http://legacy.example.org/", tls: "insecure-no-tls" }), paths: [] },
    { source: wrong({ url: "https://user:password@legacy.example.org/" }), paths: ["url"] },
    { source: wrong({ url: "https://legacy.example.org/?key=1" }), paths: ["url"] },
    { source: wrong({ key: "text" }), paths: ["key"] },
    { source: wrong({ tls: false }), paths: ["tls"] },
    { source: wrong({ tls: { rejectUnauthorized: false, ca: 5 } }), paths: ["tls.rejectUnauthorized", "tls.ca"] },
    { source: wrong({ lookups: [] }), paths: ["lookups"] },
    { source: wrong({ actions: ["list"] }), paths: ["actions"] },
    { source: wrong({ actions: ["find", "verify"] }), paths: ["actions"] },
    {
      source: wrong({ url: undefined, key: undefined, lookups: undefined, actions: undefined }),
      paths: ["url", "key", "lookups", "actions"],
    },
  ];
}
