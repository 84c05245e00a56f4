import type { AddressInfo } from "node:net";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { buildApp } from "fauxqs";
import { openObjectStore } from "../../lib/aws/object-store.ts";
import { localRegion } from "../../lib/local/account.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
export const bucket = "imports";

/** S3 on this machine, with the bucket of imports. */
export async function aBucket() {
  const app = buildApp({ logger: false, defaultRegion: localRegion });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const endpoint = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const s3 = new S3Client({ endpoint, region: localRegion, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    endpoint,
    store: openObjectStore(bucket, { endpoint, region: localRegion, credentials }),
    async keys(prefix = "") {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
      return Contents.map(({ Key = "" }) => Key);
    },
    async text(Key: string) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []).toString("latin1");
    },
    put: async (Key: string, Body: string | Uint8Array) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    },
    etag: async (Key: string) =>
      (await s3.send(new HeadObjectCommand({ Bucket: bucket, Key }))).ETag?.replaceAll('"', "") ?? "",
    async stop() {
      s3.destroy();
      await app.close();
    },
  };
}
