import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clientSettings } from "../../lib/aws/client-settings.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "samekey-home-"));
  await mkdir(join(home, ".aws"));
  const profile = "[default]\nregion=ap-east-1\nuse_fips_endpoint=true\nsdk_ua_app_id=from-a-file\n";
  await writeFile(join(home, ".aws/config"), profile);
  for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_NAME"]) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_CONFIG_FILE", join(home, ".aws/config"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

/** What a client of the SDK makes of them. */
async function resolved() {
  const { config } = new DynamoDBClient(clientSettings());
  return {
    region: await config.region(),
    fips: await config.useFipsEndpoint(),
    dualStack: await config.useDualstackEndpoint(),
    appId: await config.userAgentAppId(),
  };
}

describe("the settings of AWS's clients", () => {
  it("are those of the environment in a Lambda function, and no file is asked", async () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "userMigration");
    vi.stubEnv("AWS_REGION", "eu-west-1");
    expect(await resolved()).toEqual({ region: "eu-west-1", fips: false, dualStack: false, appId: "" });
  });

  it("follow the SDK's own variables there", async () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "userMigration");
    vi.stubEnv("AWS_REGION", "us-gov-west-1");
    vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
    vi.stubEnv("AWS_USE_DUALSTACK_ENDPOINT", "true");
    vi.stubEnv("AWS_SDK_UA_APP_ID", "samekey");
    expect(await resolved()).toEqual({ region: "us-gov-west-1", fips: true, dualStack: true, appId: "samekey" });
  });

  it("are the person's own on a laptop: files and profiles count", async () => {
    expect(await resolved()).toEqual({ region: "ap-east-1", fips: true, dualStack: false, appId: "from-a-file" });
  });
});
