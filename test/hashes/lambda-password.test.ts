import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { lambdaPassword } from "../../lib/hashes/lambda-password.ts";
import { type LocalLambda, startLambda } from "../../lib/local/lambda/lambda.ts";

// The adopter's function, in the local Lambda runner and reached by the real client.
const source = `export const handler = async ({ action, password, stored }) => {
  if (action === "hash") return { encoded: "new:" + password };
  if (stored.encoded === "throws") throw new Error("no");
  if (stored.encoded === "odd") return { match: "yes" };
  return { match: stored.encoded === "kept:" + password };
};\n`;

describe("lambdaPassword", () => {
  let folder: string;
  let lambda: LocalLambda;
  const before = { ...process.env };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "samekey-lambda-password-"));
    const file = join(folder, "check.mjs");
    await writeFile(file, source);
    lambda = await startLambda({ functions: { check: { file, memoryMb: 128, timeoutMs: 3000, environment: {} } } });
    process.env.AWS_ENDPOINT_URL_LAMBDA = lambda.endpoint;
    process.env.AWS_REGION = "us-east-1";
    process.env.AWS_ACCESS_KEY_ID = "local";
    process.env.AWS_SECRET_ACCESS_KEY = "local";
  });

  afterAll(async () => {
    process.env = before;
    await lambda.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const format = () => lambdaPassword({ name: "house", functionName: "check", hashes: true, timeLimitMs: 5000 });
  const verify = (encoded: string) =>
    format().parse({ format: "house", encoded }).verify(Secret.fromText("пароль"), new AbortController().signal);

  it("matches and mismatches as the function says", async () => {
    expect(await verify("kept:пароль")).toBe("match");
    expect(await verify("kept:другой")).toBe("mismatch");
  });

  it("takes an error of the function for a fault, never for a mismatch", async () => {
    await expect(verify("throws")).rejects.toMatchObject({ code: "PASSWORD_FUNCTION_FAILED" });
  });

  it("takes anything but true and false for a configuration error", async () => {
    await expect(verify("odd")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("makes new hashes", async () => {
    expect(await format().hash?.(Secret.fromText("пароль"))).toEqual({ format: "house", encoded: "new:пароль" });
  });

  it("takes a function that is not there for a fault", async () => {
    const absent = lambdaPassword({ name: "house", functionName: "absent" }).parse({ format: "house", encoded: "x" });
    await expect(absent.verify(Secret.fromText("p"), new AbortController().signal)).rejects.toMatchObject({
      code: "PASSWORD_FUNCTION_FAILED",
    });
  });
});
