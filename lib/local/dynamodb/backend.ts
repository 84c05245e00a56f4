import { Agent, request } from "node:http";
import dynalite from "dynalite";
import type { JsonReply } from "../aws-json-server.ts";
import { closeNow, listenOnLoopback } from "../loopback.ts";

/** The dynalite inside: one call, one answer. Only this module's server speaks to it. */
export interface Backend {
  call(operation: string, body: string): Promise<JsonReply>;
  stop(): Promise<void>;
}

/** dynalite checks only that a signature is there. */
const signature = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20260101T000000Z",
};

/** Opens dynalite in this process, in memory, or kept in the folder `path`. */
export async function openBackend(path?: string): Promise<Backend> {
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(path === undefined ? {} : { path }),
  });
  const port = await listenOnLoopback(server);
  const agent = new Agent({ keepAlive: true });
  const call = (operation: string, body: string): Promise<JsonReply> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: "127.0.0.1",
          port,
          agent,
          method: "POST",
          headers: {
            ...signature,
            "content-type": "application/x-amz-json-1.0",
            "content-length": Buffer.byteLength(body),
            "x-amz-target": `DynamoDB_20120810.${operation}`,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 500, body: Buffer.concat(chunks).toString("utf8") });
          });
          response.on("error", reject);
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  return {
    call,
    stop: async () => {
      agent.destroy();
      await closeNow(server);
    },
  };
}
