import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { expect, onTestFinished, test } from "vitest";
import { type SecretsOptions, startSecrets } from "../../../lib/local/secrets/secrets.ts";

const open = async (options: SecretsOptions = {}) => {
  const local = await startSecrets(options);
  const client = new SecretsManagerClient({
    endpoint: local.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await local.stop();
  });
  const get = (SecretId: string, more: { VersionStage?: string; VersionId?: string } = {}) =>
    client.send(new GetSecretValueCommand({ SecretId, ...more }));
  return { local, client, get };
};

test("gives a secret by name, by ARN, and by ARN without its random end", async () => {
  const { get, local } = await open({ secrets: { "samekey/legacy": "first" } });
  const byName = await get("samekey/legacy");
  expect(byName).toMatchObject({ SecretString: "first", Name: "samekey/legacy", VersionStages: ["AWSCURRENT"] });
  expect(byName.ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:samekey\/legacy-[A-Za-z0-9]{6}$/);
  expect((await get(byName.ARN ?? "")).SecretString).toBe("first");
  expect((await get(byName.ARN?.slice(0, -7) ?? "")).SecretString).toBe("first");
  expect(local.requests.get("GetSecretValue")).toBe(3);
});

test("says in Secrets Manager's words that there is no such secret", async () => {
  const { get } = await open();
  await expect(get("nothing")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret.",
    $metadata: { httpStatusCode: 400 },
  });
});

test("keeps what was current as previous when a value is put", async () => {
  const { client, get } = await open({ secrets: { key: "one" } });
  await expect(get("key", { VersionStage: "AWSPREVIOUS" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
  });
  await client.send(new PutSecretValueCommand({ SecretId: "key", SecretString: "two" }));
  await client.send(new PutSecretValueCommand({ SecretId: "key", SecretString: "three" }));
  expect((await get("key")).SecretString).toBe("three");
  expect((await get("key", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("two");
  const described = await client.send(new DescribeSecretCommand({ SecretId: "key" }));
  expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([["AWSPREVIOUS"], ["AWSCURRENT"]]);
});

test("keeps a pending version apart until it is current", async () => {
  const { client, get } = await open({ secrets: { key: "one" } });
  await client.send(
    new PutSecretValueCommand({ SecretId: "key", SecretString: "next", VersionStages: ["AWSPENDING"] }),
  );
  expect((await get("key")).SecretString).toBe("one");
  expect((await get("key", { VersionStage: "AWSPENDING" })).SecretString).toBe("next");
});

test("puts one token once, and refuses it for another value", async () => {
  const { client, get } = await open({ secrets: { key: "one" } });
  const ClientRequestToken = "0".repeat(32);
  const put = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: "key", SecretString, ClientRequestToken }));
  const first = await put("two");
  expect((await put("two")).VersionId).toBe(first.VersionId);
  expect((await get("key", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("one");
  await expect(put("three")).rejects.toMatchObject({ name: "ResourceExistsException" });
});

test("creates a secret of bytes, and refuses to create it twice", async () => {
  const { client, get } = await open();
  const create = new CreateSecretCommand({ Name: "bytes", SecretBinary: new Uint8Array([0, 255, 1]) });
  const { ARN, VersionId } = await client.send(create);
  expect((await get(ARN ?? "", { VersionId: VersionId ?? "" })).SecretBinary).toEqual(new Uint8Array([0, 255, 1]));
  await expect(client.send(create)).rejects.toMatchObject({
    name: "ResourceExistsException",
    message: "The operation failed because the secret bytes already exists.",
  });
});

test("rotates by its own method as by the API", async () => {
  const { get, local } = await open({ secrets: { key: "one" } });
  local.put("key", "two");
  expect((await get("key")).SecretString).toBe("two");
  expect((await get("key", { VersionStage: "AWSPREVIOUS" })).SecretString).toBe("one");
});

test.each([
  [{ kind: "throttle" }, { name: "ThrottlingException", message: "Rate exceeded" }],
  [{ kind: "error500" }, { name: "InternalServiceError" }],
  [
    { kind: "error", status: 400, type: "AccessDeniedException", message: "no" },
    { name: "AccessDeniedException", message: "no" },
  ],
] as const)("answers a planned fault: %j", async (fault, error) => {
  const { get, local } = await open({ secrets: { key: "one" } });
  local.faults.queue("GetSecretValue", fault);
  await expect(get("key")).rejects.toMatchObject(error);
  expect((await get("key")).SecretString).toBe("one");
  expect(local.requests.get("GetSecretValue")).toBe(2);
});

test("hangs until the client gives up", async () => {
  const { client, local } = await open({ secrets: { key: "one" } });
  local.faults.always("GetSecretValue", { kind: "hang" });
  const controller = new AbortController();
  const hanging = client.send(new GetSecretValueCommand({ SecretId: "key" }), { abortSignal: controller.signal });
  await expect.poll(() => local.requests.get("GetSecretValue")).toBe(1);
  controller.abort();
  await expect(hanging).rejects.toMatchObject({ name: "AbortError" });
});
