import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openJsonService, type ServiceTls } from "../../lib/protocols/json-service.ts";
import { type Certificates, makeCertificates } from "../sources/certificates.ts";
import { aDouble } from "../sources/http-double.ts";

const soon = () => AbortSignal.timeout(10_000);

describe("openJsonService", () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await makeCertificates();
  });
  afterAll(() => rm(certificates.folder, { recursive: true }));

  async function ask(which: "here" | "elsewhere" | "expired", tls: ServiceTls): Promise<unknown> {
    const { key, cert } = certificates[which];
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const service = openJsonService("legacy", tls);
    onTestFinished(() => {
      service.close();
      server.close();
    });
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return (await service.ask({ what: "the service", url, body: "{}", limitBytes: 100 }, soon())).json;
  }

  test("takes a server whose certificate the given authority has signed", async () => {
    expect(await ask("here", { ca: certificates.ca })).toEqual({ ok: true });
  });

  test.each([
    ["an authority that nobody named", "here", () => ({})],
    ["another authority", "here", () => ({ ca: certificates.otherCa })],
    ["another host", "elsewhere", () => ({ ca: certificates.ca })],
    ["the past", "expired", () => ({ ca: certificates.ca })],
  ] as const)("refuses a certificate of %s", async (_, which, tls) => {
    await expect(ask(which, tls())).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });

  test("does not use a connection again that was idle for a minute", async () => {
    const double = await aDouble(() => ({ json: {} }));
    const service = openJsonService("legacy");
    onTestFinished(() => service.close());
    const again = () => service.ask({ what: "x", url: new URL(double.url), body: "{}", limitBytes: 100 }, soon());
    await again();
    await again();
    expect(double.accepted()).toBe(1);
    const later = Date.now() + 60_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    onTestFinished(() => void vi.restoreAllMocks());
    await again();
    expect(double.accepted()).toBe(2);
  });
});
