import { describe, expect, onTestFinished, test } from "vitest";
import { type LocalDynamoDb, startDynamoDb } from "../../lib/local/dynamodb/dynamodb.ts";
import type { Fault } from "../../lib/local/faults.ts";
import type { DynamodbSettings } from "../../lib/sources/dynamodb.ts";
import { named } from "../contracts/source.ts";
import { aTable, dynamodbBed, soon } from "./dynamodb-bed.ts";
import { aDouble, type Heard, type Told } from "./http-double.ts";

// What DynamoDB does only now and then, planned on the embedded one; what that does not have (roles, an index that lags)
// comes from a double that answers as the API reference says.
describe("dynamodb: its calls", () => {
  let local: LocalDynamoDb;
  const bed = dynamodbBed(async () => {
    local = await startDynamoDb();
    return local;
  });

  const ada = named("email", "ada@example.org");
  const find = (overrides: Partial<DynamodbSettings> = {}, signal = soon()) => aTable(overrides).find?.(ada, signal);
  const operationOf = ({ headers }: Heard) => String(headers["x-amz-target"]).replace("DynamoDB_20120810.", "");

  function planned(operation: string, ...faults: readonly Fault[]): () => number {
    onTestFinished(() => local.faults.clear());
    const before = local.requests.get(operation) ?? 0;
    local.faults.queue(operation, ...faults);
    return () => (local.requests.get(operation) ?? 0) - before;
  }

  const throttle: Fault = { kind: "throttle" };
  const error = (type: string): Fault => ({ kind: "error", status: 400, type, message: "canary" });

  describe("a read", () => {
    test.each<[string, string, readonly Fault[]]>([
      ["throttled again and again", "Query", [throttle, throttle, throttle, throttle, throttle]],
      ["throttled", "GetItem", [throttle, error("ThrottlingException"), error("RequestLimitExceeded")]],
      ["answered with an error of the server", "GetItem", [{ kind: "error500" }, { kind: "error500" }]],
      ["cut off", "Query", [{ kind: "lose-answer" }, { kind: "lose-answer" }]],
      ["answered with a page that no service sent", "GetItem", [{ kind: "html" }]],
      ["left without an answer", "GetItem", [{ kind: "hang" }]],
      ["told that its clock is wrong", "GetItem", [error("RequestTimeTooSkewed")]],
    ])("that is %s (%s) is asked again", async (_, operation, faults) => {
      const requests = planned(operation, ...faults);
      expect(await find()).toMatchObject({ id: "1" });
      expect(requests()).toBe(faults.length + 1);
    });

    test("that fails three times is a fault while there is time to tell", async () => {
      const requests = planned("Query", { kind: "error500" }, { kind: "error500" }, { kind: "error500" });
      await expect(find()).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
      expect(requests()).toBe(3);
    });

    test("that is throttled for ever ends with the signal", async () => {
      onTestFinished(() => local.faults.clear());
      local.faults.always("Query", throttle);
      const reason = new Error("no time left");
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 150);
      await expect(find({}, controller.signal)).rejects.toBe(reason);
    });

    test.each([
      ["AccessDeniedException", "SOURCE_REFUSED_CREDENTIAL"],
      ["UnrecognizedClientException", "SOURCE_REFUSED_CREDENTIAL"],
      ["ResourceNotFoundException", "SOURCE_UNAVAILABLE"],
      ["ValidationException", "SOURCE_UNAVAILABLE"],
    ])("that %s refuses for good is asked once, and its text told to nobody", async (type, code) => {
      const requests = planned("Query", error(type), error(type));
      const fault = await find()?.catch((reason: unknown) => reason);
      expect(fault).toMatchObject({ code, message: expect.stringContaining(type) });
      expect(String(fault)).not.toMatch(/canary|ada@/);
      expect(requests()).toBe(1);
    });
  });

  describe("a change", () => {
    const make = {
      create: () => ({ userId: "new", username: "new", active: true }),
      update: () => ({ visits: 1 }),
      remove: true,
    };
    const create = () => aTable(make).create?.({ username: "new", attributes: {}, enabled: true }, soon());
    const operations = [
      ["PutItem", create],
      ["UpdateItem", () => aTable(make).update?.("2", {}, soon())],
      ["DeleteItem", () => aTable(make).remove?.("new", soon())],
    ] as const;

    test.each(operations)(
      "is never sent twice when nobody knows whether it was done: %s",
      async (operation, change) => {
        if (operation === "DeleteItem") await bed.put("users", { userId: { S: "new" } });
        const requests = planned(operation, { kind: "lose-answer" });
        await expect(change()).rejects.toMatchObject({ code: "SOURCE_UNAVAILABLE" });
        expect(requests()).toBe(1);
        await aTable(make).remove?.("new", soon());
      },
    );

    test.each(operations)("that was turned away is sent again: %s", async (operation, change) => {
      if (operation === "DeleteItem") await bed.put("users", { userId: { S: "new" } });
      const requests = planned(operation, throttle, { kind: "conflict" });
      await change();
      expect(requests()).toBe(3);
      await aTable(make).remove?.("new", soon());
    });
  });

  describe("an index that lags behind", () => {
    const item = (email: string) => ({
      json: { Item: { userId: { S: "1" }, username: { S: "ada" }, email: { S: email }, active: { BOOL: true } } },
    });
    const answering = (got: Told) => (heard: Heard) =>
      operationOf(heard) === "Query" ? { json: { Items: [{ userId: { S: "1" } }] } } : got;

    test("finds nobody by an address that the user no longer has, or when he is gone", async () => {
      for (const [got, found] of [
        [item("ada@example.org"), { id: "1" }],
        [item("ada@new.example"), undefined],
        [{ json: {} }, undefined],
      ] as const) {
        bed.elsewhere((await aDouble(answering(got))).url);
        const user = find();
        if (found === undefined) expect(await user).toBeUndefined();
        else expect(await user).toMatchObject(found);
      }
    });

    test("is asked for keys alone, and the item for what stands now", async () => {
      const double = await aDouble(answering(item("ada@example.org")));
      bed.elsewhere(double.url);
      await find();
      expect(double.heard.map((heard) => [operationOf(heard), JSON.parse(heard.body)])).toEqual([
        [
          "Query",
          {
            TableName: "users",
            IndexName: "email-index",
            KeyConditionExpression: "#n0 = :v0",
            ProjectionExpression: "#n1",
            ExpressionAttributeNames: { "#n0": "email", "#n1": "userId" },
            ExpressionAttributeValues: { ":v0": { S: "ada@example.org" } },
            Limit: 2,
          },
        ],
        ["GetItem", { TableName: "users", Key: { userId: { S: "1" } }, ConsistentRead: true }],
      ]);
    });
  });

  test("a search for what nobody has ends its page, and goes on from there", async () => {
    const double = await aDouble(() => ({ json: { Items: [], LastEvaluatedKey: { userId: { S: "5" } } } }));
    bed.elsewhere(double.url);
    const page = await aTable({ search: true }).search?.("nobody", { size: 10 }, soon());
    expect(page).toEqual({ users: [], next: expect.any(String) });
    expect(double.heard).toHaveLength(5);
    await aTable({ search: true }).search?.("nobody", { size: 10, after: page?.next ?? "" }, soon());
    expect(JSON.parse(double.heard[5]?.body ?? "")).toMatchObject({ ExclusiveStartKey: { userId: { S: "5" } } });
  });

  describe("a role", () => {
    const role = { arn: "arn:aws:iam::123456789012:role/samekey-reader", externalId: "an-id" };
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_Examples
    const sts = async () => {
      let given = 0;
      const double = await aDouble(() => ({
        write: (response) => {
          given += 1;
          response.writeHead(200, { "content-type": "text/xml" });
          response.end(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
            <AccessKeyId>ASIAROLE${given}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>
            <SessionToken>session-${given}</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
            </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
        },
      }));
      process.env.AWS_ENDPOINT_URL_STS = double.url;
      return double;
    };
    const expired: Told = {
      status: 400,
      json: { __type: "com.amazon.coral.service#ExpiredTokenException", message: "canary" },
    };
    const sessionOf = ({ headers }: Heard) => headers["x-amz-security-token"];

    test("is taken once, and asks in the table's own region", async () => {
      const roles = await sts();
      const double = await aDouble(() => ({ json: {} }));
      bed.elsewhere(double.url);
      const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/users";
      const source = aTable({ table, role });
      source.warm?.();
      for (const id of ["1", "2"]) expect(await source.find?.(named("id", id), soon())).toBeUndefined();
      expect(roles.heard.map(({ form }) => [form.get("RoleArn"), form.get("ExternalId")])).toEqual([
        [role.arn, role.externalId],
      ]);
      expect(double.heard).toHaveLength(2);
      for (const { headers, body } of double.heard) {
        expect(headers.authorization).toMatch(/Credential=ASIAROLE1\/[0-9]+\/eu-west-1\/dynamodb\//);
        expect(JSON.parse(body)).toMatchObject({ TableName: table });
      }
    });

    test("is taken again when its session ended early, and once more only", async () => {
      await sts();
      const double = await aDouble((heard) => (sessionOf(heard) === "session-1" ? expired : { json: {} }));
      bed.elsewhere(double.url);
      expect(await aTable({ role }).find?.(named("id", "1"), soon())).toBeUndefined();
      expect(double.heard.map(sessionOf)).toEqual(["session-1", "session-2"]);

      await sts();
      const always = await aDouble(() => expired);
      bed.elsewhere(always.url);
      const refused = aTable({ role }).find?.(named("id", "1"), soon());
      await expect(refused).rejects.toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
      expect(always.heard.map(sessionOf)).toEqual(["session-1", "session-2"]);
    });

    test("that may not be taken is a refused credential, and asks the table nothing", async () => {
      // https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
      const body = `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>canary</Message></Error></ErrorResponse>`;
      const denying = await aDouble(() => ({ write: (response) => void response.writeHead(403).end(body) }));
      process.env.AWS_ENDPOINT_URL_STS = denying.url;
      const double = await aDouble(() => ({ json: {} }));
      bed.elsewhere(double.url);
      const refused = await aTable({ role })
        .find?.(named("id", "1"), soon())
        ?.catch((reason: unknown) => reason);
      expect(refused).toMatchObject({ code: "SOURCE_REFUSED_CREDENTIAL" });
      expect(String(refused)).not.toContain("canary");
      expect([denying.heard.length, double.heard.length]).toEqual([1, 0]);
    });
  });
});
