import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { bareByHash } from "../../bare-hash.ts";
import { clientSettings } from "../../bare-settings.ts";
import { readFoundUser } from "../found-user.ts";

const client = new LambdaClient({ ...clientSettings, maxAttempts: 1 });

export const source = bareByHash("lambda", async (email) => {
  const message = { action: "find", by: "email", canonical: email, typed: email };
  const command = new InvokeCommand({ FunctionName: process.env.BENCH_FUNCTION, Payload: JSON.stringify(message) });
  const { FunctionError, Payload } = await client.send(command);
  if (FunctionError !== undefined || Payload === undefined) throw new Error("the function failed");
  return readFoundUser(JSON.parse(Buffer.from(Payload).toString()));
});
