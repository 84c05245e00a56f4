import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { Sha256 } from "../../../lib/client/sha256.ts";
import { type SignedRequest, type Signer, verifySignature } from "../../../lib/local/http-api/signature.ts";

const signer: Signer = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const session: Signer = { accessKeyId: "ASIASESSION", secretAccessKey: "another", sessionToken: "token" };
const now = new Date("2026-11-27T12:00:00Z");
const rules = { service: "execute-api", region: "us-east-1", signers: [signer, session], now };

interface Given {
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly by?: Signer;
  readonly at?: Date;
  readonly region?: string;
  readonly service?: string;
}

/** As AWS's own signer signs it. */
async function signed(given: Given = {}): Promise<SignedRequest> {
  const { path = "/imports/a%20b", query = {}, headers = {}, by = signer, at = now } = given;
  const { region = "us-east-1", service = "execute-api" } = given;
  const signing = new SignatureV4({ service, region, credentials: by, sha256: Sha256 });
  const body = '{"users":[]}';
  const { headers: all } = await signing.sign(
    {
      method: "POST",
      protocol: "https:",
      hostname: "api.example.com",
      path,
      query: { ...query },
      headers: { host: "api.example.com", "content-type": "application/json", ...headers },
      body,
    },
    { signingDate: at },
  );
  const lower = Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method: "POST",
    path,
    query: new URLSearchParams({ ...query }).toString(),
    headers: lower,
    body: Buffer.from(body),
  };
}

const whyNot = (request: SignedRequest) => {
  const verified = verifySignature(request, rules);
  return verified.kind === "signed" ? "signed" : verified.why;
};

describe("verifySignature", () => {
  test.each<[string, Given]>([
    ["a plain request", {}],
    ["a path with escapes", { path: "/imports/%C3%A4%2Fb*'()" }],
    ["a query", { query: { b: "2 3", a: "ä/é", c: "" } }],
    ["values with spaces", { headers: { "x-note": "  a   b  " } }],
    ["a session with its token", { by: session }],
    ["a clock that is nearly five minutes off", { at: new Date(now.getTime() - 299_000) }],
  ])("takes %s", async (_, given) => {
    expect(whyNot(await signed(given))).toBe("signed");
  });

  test.each<[string, (request: SignedRequest) => Partial<SignedRequest>]>([
    ["another body", () => ({ body: Buffer.from('{"users":[1]}') })],
    ["another method", () => ({ method: "GET" })],
    ["another path", () => ({ path: "/imports/b" })],
    ["a query that came later", () => ({ query: "a=1" })],
    ["another value of a signed header", ({ headers }) => ({ headers: { ...headers, "content-type": "text/plain" } })],
    ["another host", ({ headers }) => ({ headers: { ...headers, host: "other.example.com" } })],
    ["a header of AWS's that came later", ({ headers }) => ({ headers: { ...headers, "x-amz-extra": "1" } })],
    [
      "a hash of another body",
      ({ headers }) => ({ headers: { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }),
    ],
    [
      "a signature that was cut",
      ({ headers }) => ({ headers: { ...headers, authorization: headers.authorization?.slice(0, -1) ?? "" } }),
    ],
    [
      "a signature with another digit",
      ({ headers }) => ({
        headers: {
          ...headers,
          authorization: (headers.authorization ?? "").replace(/.$/, (last) => (last === "0" ? "1" : "0")),
        },
      }),
    ],
    [
      "a host that is not signed",
      ({ headers }) => ({
        headers: { ...headers, authorization: (headers.authorization ?? "").replace(";host;", ";") },
      }),
    ],
  ])("refuses %s", async (_, spoil) => {
    const request = await signed();
    expect(whyNot(request)).toBe("signed");
    expect(whyNot({ ...request, ...spoil(request) })).not.toBe("signed");
  });

  test.each<[string, Given, string]>([
    ["an old request", { at: new Date(now.getTime() - 301_000) }, "expired"],
    ["one from the future", { at: new Date(now.getTime() + 301_000) }, "expired"],
    ["another region", { region: "eu-west-1" }, "wrong scope"],
    ["another service", { service: "s3" }, "wrong scope"],
    ["a key that nobody has", { by: { ...signer, accessKeyId: "AKIDOTHER" } }, "unknown key"],
    ["another secret", { by: { ...signer, secretAccessKey: "x" } }, "wrong signature"],
    ["another token", { by: { ...session, sessionToken: "stale" } }, "wrong token"],
    ["a token where there is none", { by: { ...signer, sessionToken: "x" } }, "wrong token"],
  ])("refuses %s", async (_, given, why) => {
    expect(whyNot(await signed(given))).toBe(why);
  });

  test("refuses a request without a signature", async () => {
    const { headers, ...request } = await signed();
    const { authorization: _, ...others } = headers;
    expect(whyNot({ ...request, headers: others })).toBe("unsigned");
    expect(whyNot({ ...request, headers: { ...others, authorization: "Bearer x" } })).toBe("malformed");
  });
});
