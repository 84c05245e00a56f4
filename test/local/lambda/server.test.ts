import {
  AddPermissionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLambda, sleeper } from "./open-lambda.ts";

const open = async (sources: Readonly<Record<string, string>>) => {
  const opened = await openLambda(sources);
  const client = new LambdaClient({
    endpoint: opened.lambda.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return { ...opened, client };
};

describe("Invoke", () => {
  test("answers by name, ARN and partial ARN", async () => {
    const { client, lambda } = await open({ echo: "export const handler = async (event) => event;" });
    for (const FunctionName of ["echo", lambda.arn("echo"), "000000000000:function:echo", "echo:$LATEST"]) {
      const { StatusCode, FunctionError, Payload } = await client.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify({ word: "Grüße" }) }),
      );
      expect([StatusCode, FunctionError, Payload?.transformToString()]).toEqual([200, undefined, '{"word":"Grüße"}']);
    }
  });

  test("marks a function's error and brings its trace", async () => {
    const { client } = await open({ throws: 'export const handler = async () => { throw new TypeError("no"); };' });
    const { StatusCode, FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: "throws" }));
    expect([StatusCode, FunctionError]).toEqual([200, "Unhandled"]);
    expect(JSON.parse(Payload?.transformToString() ?? "")).toEqual({
      errorType: "TypeError",
      errorMessage: "no",
      trace: expect.arrayContaining(["TypeError: no"]),
    });
  });

  test("says that it does not know a function", async () => {
    const { client } = await open({});
    await expect(client.send(new InvokeCommand({ FunctionName: "nobody" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody",
      $metadata: { httpStatusCode: 404 },
    });
  });

  test("takes an asynchronous event at once and runs it", async () => {
    const { client, records } = await open({ sleeper });
    const command = new InvokeCommand({ FunctionName: "sleeper", InvocationType: "Event", Payload: '{"ms":1}' });
    expect((await client.send(command)).StatusCode).toBe(202);
    await expect
      .poll(() => records, { timeout: 10_000 })
      .toMatchObject([{ functionName: "sleeper", outcome: "answer" }]);
  });

  test("runs nothing in a dry run", async () => {
    const { client, records } = await open({ sleeper });
    const { StatusCode } = await client.send(new InvokeCommand({ FunctionName: "sleeper", InvocationType: "DryRun" }));
    expect(StatusCode).toBe(204);
    expect(records).toEqual([]);
  });

  test("refuses what is not JSON without repeating it, and what is over 6 MB", async () => {
    const { client } = await open({ sleeper });
    const wrong = client.send(new InvokeCommand({ FunctionName: "sleeper", Payload: '{"password":"hunter2' }));
    await expect(wrong).rejects.toMatchObject({
      name: "InvalidRequestContentException",
      message: expect.not.stringContaining("hunter2"),
    });
    const large = client.send(
      new InvokeCommand({ FunctionName: "sleeper", Payload: JSON.stringify("x".repeat(6_291_456)) }),
    );
    await expect(large).rejects.toMatchObject({ name: "RequestTooLargeException" });
  });

  test("refuses an answer over 6 MB", async () => {
    const { client } = await open({ large: 'export const handler = async () => "x".repeat(6_400_000);' });
    const { FunctionError, Payload } = await client.send(new InvokeCommand({ FunctionName: "large" }));
    expect(FunctionError).toBe("Unhandled");
    expect(Payload?.transformToString()).toContain("Function.ResponseSizeTooLarge");
  });
});

describe("resource policies", () => {
  const permission = {
    FunctionName: "sleeper",
    StatementId: "from-pool",
    Action: "lambda:InvokeFunction",
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc",
    SourceAccount: "000000000000",
  };
  const statement = {
    Sid: "from-pool",
    Effect: "Allow",
    Principal: { Service: "cognito-idp.amazonaws.com" },
    Action: "lambda:InvokeFunction",
    Resource: "arn:aws:lambda:us-east-1:000000000000:function:sleeper",
    Condition: {
      StringEquals: { "AWS:SourceAccount": "000000000000" },
      ArnLike: { "AWS:SourceArn": permission.SourceArn },
    },
  };

  test("are added to, shown and taken from", async () => {
    const { client } = await open({ sleeper });
    const get = () => client.send(new GetPolicyCommand({ FunctionName: "sleeper" }));
    const absent = { name: "ResourceNotFoundException", message: "The resource you requested does not exist." };
    await expect(get()).rejects.toMatchObject(absent);
    const added = await client.send(new AddPermissionCommand(permission));
    expect(JSON.parse(added.Statement ?? "")).toEqual(statement);
    const { Policy, RevisionId } = await get();
    expect(JSON.parse(Policy ?? "")).toEqual({ Version: "2012-10-17", Id: "default", Statement: [statement] });
    expect(RevisionId).toEqual(expect.any(String));
    await client.send(new RemovePermissionCommand({ FunctionName: "sleeper", StatementId: "from-pool" }));
    await expect(get()).rejects.toMatchObject(absent);
  });

  test("refuse a statement id twice, and to take away what is not there", async () => {
    const { client } = await open({ sleeper });
    await client.send(new AddPermissionCommand(permission));
    await expect(client.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
      name: "ResourceConflictException",
      $metadata: { httpStatusCode: 409 },
    });
    const remove = new RemovePermissionCommand({ FunctionName: "sleeper", StatementId: "other" });
    await expect(client.send(remove)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    const nobody = new AddPermissionCommand({ ...permission, FunctionName: "nobody" });
    await expect(client.send(nobody)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});
