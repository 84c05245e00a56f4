import { DecryptCommand, DescribeKeyCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { expect, onTestFinished, test } from "vitest";
import { startKms } from "../../../lib/local/kms/kms.ts";

const arn = "arn:aws:kms:us-east-1:000000000000:key/3f0c1b6e-0000-4000-8000-000000000001";

async function open() {
  const local = await startKms({ keys: ["alias/samekey", arn] });
  const client = new KMSClient({
    endpoint: local.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await local.stop();
  });
  const generate = (KeyId: string, EncryptionContext?: Record<string, string>) =>
    client.send(
      new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256", ...(EncryptionContext && { EncryptionContext }) }),
    );
  const decrypt = (
    CiphertextBlob: Uint8Array | undefined,
    EncryptionContext?: Record<string, string>,
    KeyId?: string,
  ) =>
    client.send(
      new DecryptCommand({
        CiphertextBlob,
        ...(EncryptionContext && { EncryptionContext }),
        ...(KeyId === undefined ? {} : { KeyId }),
      }),
    );
  return { local, client, generate, decrypt };
}

test("makes a data key under an alias or an ARN, and opens it again", async () => {
  const { generate, decrypt, local } = await open();
  for (const id of ["alias/samekey", arn]) {
    const made = await generate(id, { table: "ledger", stage: "prod" });
    expect(made.Plaintext).toHaveLength(32);
    expect(made.KeyId).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/);
    const opened = await decrypt(made.CiphertextBlob, { stage: "prod", table: "ledger" }, id);
    expect(opened).toMatchObject({ KeyId: made.KeyId, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
    expect(opened.Plaintext).toEqual(made.Plaintext);
    expect((await decrypt(made.CiphertextBlob, { table: "ledger", stage: "prod" })).Plaintext).toEqual(made.Plaintext);
  }
  expect(local.requests.get("Decrypt")).toBe(4);
});

test.each<readonly [string, Record<string, string> | undefined]>([
  ["none", undefined],
  ["another value", { table: "other" }],
  ["another case", { Table: "ledger" }],
  ["one pair more", { table: "ledger", stage: "prod" }],
])("holds to the encryption context: %s opens nothing", async (_, context) => {
  const { generate, decrypt } = await open();
  const { CiphertextBlob } = await generate("alias/samekey", { table: "ledger" });
  await expect(decrypt(CiphertextBlob, context)).rejects.toMatchObject({
    name: "InvalidCiphertextException",
    $metadata: { httpStatusCode: 400 },
  });
});

test("opens nothing that it did not make, or that was changed", async () => {
  const { generate, decrypt } = await open();
  const { CiphertextBlob = new Uint8Array() } = await generate("alias/samekey");
  const changed = Uint8Array.from(CiphertextBlob);
  changed[40] = (changed[40] ?? 0) ^ 1;
  for (const blob of [Buffer.alloc(3), Buffer.alloc(200, 7), changed]) {
    await expect(decrypt(blob)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  }
});

test("says in KMS's words that a key is missing, disabled or another one", async () => {
  const { generate, decrypt, local } = await open();
  await expect(generate("alias/missing")).rejects.toMatchObject({ name: "NotFoundException" });
  const { CiphertextBlob } = await generate("alias/samekey");
  await expect(decrypt(CiphertextBlob, undefined, arn)).rejects.toMatchObject({ name: "IncorrectKeyException" });
  local.setEnabled("alias/samekey", false);
  await expect(generate("alias/samekey")).rejects.toMatchObject({ name: "DisabledException" });
  await expect(decrypt(CiphertextBlob)).rejects.toMatchObject({ name: "DisabledException" });
  local.setEnabled("alias/samekey", true);
  expect((await decrypt(CiphertextBlob)).Plaintext).toHaveLength(32);
});

test("refuses what it does not know", async () => {
  const { client } = await open();
  await expect(client.send(new DescribeKeyCommand({ KeyId: arn }))).rejects.toMatchObject({
    name: "UnknownOperationException",
  });
  const short = new GenerateDataKeyCommand({ KeyId: arn, KeySpec: "AES_128" });
  await expect(client.send(short)).rejects.toMatchObject({ name: "ValidationException" });
});
