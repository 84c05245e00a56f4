import {
  type AttributeValue,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contents, openDynamoDb } from "./open-dynamodb.ts";

type Model = Readonly<Record<string, number>>;
type Kind = "put" | "add" | "delete" | "check";
type Condition = "none" | "exists" | "absent" | "at-least-two";

interface Action {
  readonly id: string;
  readonly kind: Kind;
  readonly condition: Condition;
  readonly value: number;
}

const action: fc.Arbitrary<Action> = fc.record({
  id: fc.constantFrom("a", "b", "c", "d"),
  kind: fc.constantFrom<Kind>("put", "add", "delete", "check"),
  condition: fc.constantFrom<Condition>("none", "exists", "absent", "at-least-two"),
  value: fc.integer({ min: 0, max: 3 }),
});
const transaction = fc.uniqueArray(action, { minLength: 1, maxLength: 4, selector: (one) => one.id });

const holds = (state: Model, { id, kind, condition }: Action): boolean => {
  const value = state[id];
  switch (kind === "check" && condition === "none" ? "exists" : condition) {
    case "none":
      return true;
    case "exists":
      return value !== undefined;
    case "absent":
      return value === undefined;
    case "at-least-two":
      return value !== undefined && value >= 2;
  }
};

const after = (state: Model, { id, kind, value }: Action): Model => {
  const { [id]: old, ...others } = state;
  if (kind === "check") return state;
  if (kind === "delete") return others;
  return { ...others, [id]: kind === "put" ? value : (old ?? 0) + value };
};

const conditions = {
  exists: { ConditionExpression: "attribute_exists(id)" },
  absent: { ConditionExpression: "attribute_not_exists(id)" },
  "at-least-two": { ConditionExpression: "n >= :two" },
} as const;

const toItem = ({ id, kind, condition, value }: Action): TransactWriteItem => {
  const used = kind === "check" && condition === "none" ? "exists" : condition;
  const values: Record<string, AttributeValue> = {
    ...(used === "at-least-two" ? { ":two": { N: "2" } } : {}),
    ...(kind === "add" ? { ":value": { N: String(value) } } : {}),
  };
  const shared = {
    TableName: "users",
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
  };
  const conditioned = used === "none" ? {} : conditions[used];
  const key = { Key: { id: { S: id } } };
  switch (kind) {
    case "put":
      return { Put: { ...shared, ...conditioned, Item: { id: { S: id }, n: { N: String(value) } } } };
    case "add":
      return { Update: { ...shared, ...conditioned, ...key, UpdateExpression: "ADD n :value" } };
    case "delete":
      return { Delete: { ...shared, ...conditioned, ...key } };
    case "check":
      return { ConditionCheck: { ...shared, ...key, ...conditions[used === "none" ? "exists" : used] } };
  }
};

const stored = (state: Model) =>
  Object.fromEntries(Object.entries(state).map(([id, n]) => [id, { id: { S: id }, n: { N: String(n) } }]));

test("random transactions over few keys are all or nothing, with the reason of each action", async () => {
  const { client } = await openDynamoDb();
  let state: Model = {};
  await fc.assert(
    fc.asyncProperty(transaction, async (actions) => {
      const codes = actions.map((one) => (holds(state, one) ? "None" : "ConditionalCheckFailed"));
      const error: unknown = await client
        .send(new TransactWriteItemsCommand({ TransactItems: actions.map(toItem) }))
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      if (codes.every((code) => code === "None")) {
        expect(error).toBeUndefined();
        state = actions.reduce(after, state);
      } else {
        expect(error).toBeInstanceOf(TransactionCanceledException);
        const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : [];
        expect(reasons?.map((reason) => reason.Code)).toEqual(codes);
      }
      expect(await contents(client)).toEqual(stored(state));
    }),
    { numRuns: 150 },
  );
});

test("transactions that run at once never show a half: the sum of two items stays", async () => {
  const { client } = await openDynamoDb();
  const add = (id: string, by: number): TransactWriteItem => ({
    Update: {
      TableName: "users",
      Key: { id: { S: id } },
      UpdateExpression: "ADD n :by",
      ExpressionAttributeValues: { ":by": { N: String(by) } },
    },
  });
  const ghost = {
    ConditionCheck: { TableName: "users", Key: { id: { S: "ghost" } }, ConditionExpression: "attribute_exists(id)" },
  };
  const read = async (): Promise<number> => {
    const get = (id: string) => ({ Get: { TableName: "users", Key: { id: { S: id } } } });
    const { Responses = [] } = await client.send(new TransactGetItemsCommand({ TransactItems: [get("a"), get("b")] }));
    return Responses.reduce((sum, { Item }) => sum + Number(Item?.n?.N ?? 0), 0);
  };
  const move = fc.record({ by: fc.integer({ min: -5, max: 5 }), doomed: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 6 }), async (moves) => {
      const sums = moves.flatMap(({ by, doomed }) => [
        client
          .send(
            new TransactWriteItemsCommand({ TransactItems: [add("a", by), add("b", -by), ...(doomed ? [ghost] : [])] }),
          )
          .then(
            () => 0,
            (error: unknown) => (doomed && error instanceof TransactionCanceledException ? 0 : Promise.reject(error)),
          ),
        read(),
      ]);
      expect(await Promise.all(sums)).toEqual(sums.map(() => 0));
    }),
    { numRuns: 25 },
  );
});
