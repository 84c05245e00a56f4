import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiError, openClient } from "../../lib/client/client.ts";
import { closeNow, listenOnLoopback } from "../../lib/local/loopback.ts";

const bytes = 3_000_000;

/** The API's first answer and what S3 does with the uploads, one after the other; tells the uploads that came whole. */
async function aLink(...uploads: readonly ((request: IncomingMessage, response: ServerResponse) => void)[]) {
  const folder = await mkdtemp(join(tmpdir(), "samekey-upload-"));
  const path = join(folder, "users.csv");
  await writeFile(path, Buffer.alloc(bytes, "a"));
  let port = 0;
  let tried = 0;
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      const upload = { url: `http://127.0.0.1:${port}/put`, method: "PUT", headers: { "x-amz-signed": "1" } };
      response.writeHead(201).end(JSON.stringify({ id: "import-1", upload }));
      return;
    }
    tried += 1;
    uploads[tried - 1]?.(request, response);
  });
  port = await listenOnLoopback(server);
  onTestFinished(async () => {
    await closeNow(server);
    await rm(folder, { recursive: true });
  });
  const client = openClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    retry: { baseMs: 1, attempts: 3 },
  });
  return {
    upload: (signal?: AbortSignal) => client.createImport(path, signal === undefined ? {} : { signal }),
    tried: () => tried,
  };
}

async function lengthOf(request: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const part of request) length += part.length;
  return length;
}

test("the file is sent whole, its length first, with the signed headers", async () => {
  let came: unknown;
  const { upload } = await aLink(async (request, response) => {
    const { "content-length": length, "x-amz-signed": signed, "transfer-encoding": chunked } = request.headers;
    came = { length, signed, chunked, whole: await lengthOf(request) };
    response.end();
  });
  expect(await upload()).toBe("import-1");
  expect(came).toEqual({ length: String(bytes), signed: "1", chunked: undefined, whole: bytes });
});

test("an upload that is cut, or met a fault over there, is sent again from the beginning", async () => {
  let whole = 0;
  const { upload, tried } = await aLink(
    (request) => request.once("data", () => request.socket.destroy()),
    async (request, response) => {
      await lengthOf(request);
      response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>");
    },
    async (request, response) => {
      whole = await lengthOf(request);
      response.end();
    },
  );
  expect(await upload()).toBe("import-1");
  expect([tried(), whole]).toEqual([3, bytes]);
});

test("a link that is refused is told by S3's own word, and not tried again", async () => {
  const { upload, tried } = await aLink(async (request, response) => {
    await lengthOf(request);
    response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
  });
  const error = await upload().catch((one: unknown) => one);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 403, message: "403: S3 answered AccessDenied to the upload" });
  expect(tried()).toBe(1);
});

test("an upload ends with its signal", async () => {
  const stop = new AbortController();
  const { upload } = await aLink((request) => request.once("data", () => stop.abort(new Error("enough"))));
  await expect(upload(stop.signal)).rejects.toThrow("enough");
});
