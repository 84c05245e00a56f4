import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { clientSettings } from "./client-settings.ts";

/** A link that whoever has it may use, until then. */
export interface SignedLink {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface UploadLink extends SignedLink {
  readonly method: "PUT";
  /** Have to be sent as they are: they are part of the signature. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The links of imports. They are made without a call; S3 holds whoever uses one to the role that signed it. */
export interface ImportLinks {
  /** @param bytes Exactly as many are taken; undefined leaves the length open. */
  upload(id: string, bytes: number | undefined): Promise<UploadLink>;
  refused(id: string): Promise<{ readonly records: SignedLink; readonly reasons: SignedLink }>;
}

const linkSeconds = 15 * 60;

export interface ImportLinksSettings {
  readonly bucket: string;
  /** The ARN of the KMS key that files are encrypted with. Where a request names none, S3 takes AWS's own and not the bucket's. */
  readonly key: string | undefined;
  readonly now: () => Date;
}

export function openImportLinks({ bucket, key, now }: ImportLinksSettings): ImportLinks {
  const client = new S3Client({
    ...clientSettings(),
    // Else the link would hold the upload to the checksum of an empty body.
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  const sign = async (command: PutObjectCommand | GetObjectCommand): Promise<SignedLink> => {
    const signingDate = now();
    const url = await getSignedUrl(client, command, { expiresIn: linkSeconds, signingDate });
    return { url, expiresAt: new Date(signingDate.getTime() + linkSeconds * 1000).toISOString() };
  };
  const download = (Key: string) => sign(new GetObjectCommand({ Bucket: bucket, Key }));
  return {
    async upload(id, bytes) {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: `uploads/${id}`,
        ServerSideEncryption: "aws:kms",
        ...(key === undefined ? {} : { SSEKMSKeyId: key }),
        ...(bytes === undefined ? {} : { ContentLength: bytes }),
      });
      const headers = {
        "x-amz-server-side-encryption": "aws:kms",
        ...(key === undefined ? {} : { "x-amz-server-side-encryption-aws-kms-key-id": key }),
        ...(bytes === undefined ? {} : { "content-length": String(bytes) }),
      };
      return { ...(await sign(command)), method: "PUT", headers };
    },
    async refused(id) {
      const [records, reasons] = await Promise.all([
        download(`refused/${id}/records`),
        download(`refused/${id}/reasons.txt`),
      ]);
      return { records, reasons };
    },
  };
}
