import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openFunctionInvoker } from "../../lib/aws/invoke-function.ts";
import { type LocalLambda, startLambda } from "../../lib/local/lambda/lambda.ts";
import { serviceActions } from "../../lib/protocols/service-messages.ts";
import { type LambdaSettings, lambda } from "../../lib/sources/lambda.ts";
import { describeSource, named } from "../contracts/source.ts";
import { describeMark } from "../contracts/source-mark.ts";
import { aDouble, type Told } from "./http-double.ts";
import { describeOperations } from "./service-operations.ts";

// The function is `service-store.ts`, a process of its own in the local Lambda runner, reached by AWS's real client.
const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:legacy";
const lookups = ["username", "email", "phone", "id"] as const;
const ada = named("username", "ada");
const soon = () => AbortSignal.timeout(10_000);
const right: LambdaSettings = { functionArn, lookups, actions: serviceActions };

const find = (text: string) => {
  const source = lambda(right);
  onTestFinished(() => source.close?.());
  return source.find?.(named("username", text), soon());
};

describe("lambda", () => {
  let runner: LocalLambda;
  const before = { ...process.env };

  beforeAll(async () => {
    const file = fileURLToPath(new URL("./service-store.ts", import.meta.url));
    const legacy = { file, memoryMb: 128, timeoutMs: 5000, environment: {} };
    runner = await startLambda({ functions: { legacy }, maxEnvironments: 1 });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_LAMBDA: runner.endpoint,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
  });
  afterAll(async () => {
    process.env = before;
    await runner.stop();
  });

  describeOperations("lambda", () => lambda(right));

  const elsewhere = async (answer: () => Told) => {
    const double = await aDouble(answer);
    process.env.AWS_ENDPOINT_URL_LAMBDA = double.url;
    onTestFinished(() => {
      process.env.AWS_ENDPOINT_URL_LAMBDA = runner.endpoint;
    });
    return double;
  };

  describeSource("lambda", () => ({
    open: () => lambda(right),
    known: {
      id: "1",
      lookups: [ada, named("email", "ada@example.org"), named("phone", "+441234567890"), named("id", "1")],
    },
    ambiguous: named("email", "twins@example.org"),
    unusable: named("email", "nameless@example.org"),
    openBroken: () => lambda({ ...right, functionArn: `${functionArn}-absent` }),
    stalled: {
      "before the answer": async () => {
        const double = await elsewhere(() => "silence");
        return { source: lambda(right), open: double.open };
      },
    },
    misconfigured: [
      { source: lambda({ ...right, functionArn: `${functionArn}:live` }), paths: [] },
      { source: lambda({ ...right, functionArn: "legacy" }), paths: ["functionArn"] },
      {
        source: lambda({ functionArn: "", lookups: [], actions: [] }),
        paths: ["functionArn", "lookups", "actions", "actions"],
      },
    ],
  }));

  describeMark("lambda", () => ({
    open: () => lambda(right),
    known: "1",
    marks: async () => {
      const invoker = openFunctionInvoker("us-east-1");
      onTestFinished(() => invoker.close());
      const invocation = await invoker.invoke(functionArn, JSON.stringify({ action: "marks" }), soon());
      if (invocation.kind === "error") expect.unreachable(invocation.type);
      return JSON.parse(Buffer.from(invocation.payload).toString());
    },
    written: (at) => at.toISOString(),
    openBroken: () => lambda({ ...right, functionArn: `${functionArn}-absent` }),
    stall: async () => {
      const double = await elsewhere(() => "silence");
      return { source: lambda(right), open: double.open };
    },
  }));

  test.each([
    ["an error of the function", "throws"],
    ["an answer that is not documented", "odd"],
    ["an answer that is too long", "long"],
  ])("takes %s for a fault, and repeats nothing of it", async (_, text) => {
    const error = await find(text)?.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_UNAVAILABLE" });
    expect(String(error)).not.toContain("canary");
  });

  test("tells a role that may not call the function from a function that is down", async () => {
    await elsewhere(() => ({ status: 403, json: {}, headers: { "x-amzn-errortype": "AccessDeniedException" } }));
    await expect(find("ada")).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
    await elsewhere(() => ({ status: 429, json: {}, headers: { "x-amzn-errortype": "TooManyRequestsException" } }));
    await expect(find("ada")).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
  });
});
