import { MongoClient } from "mongodb";
import { bareByHash } from "../../bare-hash.ts";
import { readSecret } from "../../bare-secret.ts";
import { openEarly } from "../../open-early.ts";

interface UserDocument {
  readonly _id: string;
  readonly email: string;
  readonly hash: string;
  readonly disabled: boolean;
}

const users = openEarly(async () => {
  const client = new MongoClient(await readSecret(), {
    connectTimeoutMS: 1000,
    serverSelectionTimeoutMS: 2500,
    socketTimeoutMS: 10_000,
    heartbeatFrequencyMS: 30_000,
    maxPoolSize: 1,
    serverMonitoringMode: "poll",
  });
  await client.connect();
  return client.db("legacy").collection<UserDocument>("users");
});

export const source = bareByHash("mongodb", async (email) => {
  const found = (await users()).find(
    { email: { $eq: email } },
    { collation: { locale: "en", strength: 2 }, limit: 100, batchSize: 100 },
  );
  const [user, ...more] = (await found.toArray()).filter((one) => one.email.toLowerCase() === email);
  return user === undefined || more.length > 0 ? undefined : { ...user, id: String(user._id) };
});
