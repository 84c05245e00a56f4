import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { type Bench, openBench } from "./support.ts";

async function post(
  bench: Bench,
  action: string,
  body: string | Buffer,
): Promise<{ status: number; type: string; message: string }> {
  const response = await fetch(bench.server.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${action}`,
    },
    body,
  });
  const answer = (await response.json()) as { __type?: string; message?: string };
  return { status: response.status, type: answer.__type ?? "", message: answer.message ?? "" };
}

describe("the protocol", () => {
  it.each(["constructor", "__proto__", "toString", "hasOwnProperty", "", "CreateResourceServer"])(
    "does not have the action %j",
    async (action) => {
      const bench = await openBench();
      expect(await post(bench, action, "{}")).toMatchObject({ status: 400, type: "UnknownOperationException" });
    },
  );

  it("refuses a body that is no JSON object, without quoting it", async () => {
    const bench = await openBench();
    for (const body of ['{"Password":"canary', "[]", "1", '"text"', "null"]) {
      const answer = await post(bench, "InitiateAuth", body);
      expect(answer).toMatchObject({ status: 400, type: "SerializationException" });
      expect(answer.message).not.toContain("canary");
    }
  });

  it("refuses a body that is too large or nested too deeply", async () => {
    const bench = await openBench();
    const large = await post(bench, "InitiateAuth", JSON.stringify({ x: "x".repeat(300_000) }));
    expect(large).toMatchObject({ status: 413, type: "RequestEntityTooLargeException" });
    const deep = `{"PoolName":"x","UserPoolTags":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(await post(bench, "CreateUserPool", deep)).toMatchObject({ status: 400, type: "SerializationException" });
  });

  it.each([
    ['{"ClientId":{"$ne":1}}', "SerializationException"],
    ['{"ClientId":null}', "InvalidParameterException"],
    ['{"AuthFlow":"USER_PASSWORD_AUTH"}', "InvalidParameterException"],
    ['{"ClientId":"nobody","AuthFlow":"USER_PASSWORD_AUTH"}', "ResourceNotFoundException"],
  ])("answers the shape %s with %s", async (body, type) => {
    const bench = await openBench();
    expect(await post(bench, "InitiateAuth", body)).toMatchObject({ status: 400, type });
  });

  it("takes no object, list or number for a password, and never shows it", async () => {
    const bench = await openBench();
    for (const password of [{ $ne: "canary" }, ["canary"], 7, true]) {
      const body = {
        ClientId: bench.clientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ann", PASSWORD: password },
      };
      const answer = await post(bench, "InitiateAuth", JSON.stringify(body));
      expect(answer.type).toBe("SerializationException");
      expect(answer.message).not.toContain("canary");
    }
    const long = { ClientId: bench.clientId, Username: "ann", Password: ` ${"canary".repeat(60)}` };
    const refused = await post(bench, "SignUp", JSON.stringify(long));
    expect(refused.type).toBe("InvalidParameterException");
    expect(refused.message).not.toContain("canary");
  });

  it.each(["CUSTOM_AUTH", "USER_SRP_AUTH"])("says that it does not have the flow %s", async (AuthFlow) => {
    const bench = await openBench();
    const answer = await post(bench, "InitiateAuth", JSON.stringify({ ClientId: bench.clientId, AuthFlow }));
    expect(answer.message).toContain("is not part of this simulator");
  });

  it("serves no other names than those of this machine, and no other paths than the two documents", async () => {
    const bench = await openBench();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(bench.server.endpoint, { method: "POST", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end("{}");
    });
    expect(status).toBe(403);
    expect((await fetch(`${bench.server.endpoint}/none/.well-known/jwks.json`)).status).toBe(404);
    expect((await fetch(`${bench.server.endpoint}/`)).status).toBe(404);
  });
});
