import { BSON } from "mongodb";
import { startMongodbDouble } from "../../../sources/mongodb-double.ts";
import type { BenchSource } from "../../bench-source.ts";
import { openPeople } from "../../people.ts";

/** MongoDB's protocol, answered by a double. */
export const mongodb: BenchSource = {
  name: "mongodb",
  hashed: true,
  drivers: ["mongodb", "bson"],
  async start() {
    const double = await startMongodbDouble({ documents: [] });
    double.accounts.set("reader", "reader");
    const person = await openPeople();
    // A search through thousands of documents would be the double's own time, on both sides.
    double.scripted.set("find", ({ filter }) => {
      const one = person(String(filter?.email?.$eq));
      const firstBatch =
        one === undefined ? [] : [{ _id: one.id, email: one.email, hash: one.hash, confirmed: true, disabled: false }];
      return { cursor: { id: BSON.Long.ZERO, ns: "legacy.users", firstBatch } };
    });
    return {
      setting: "a double of its protocol, no TLS",
      secret: `mongodb://reader:reader@127.0.0.1:${double.port}/legacy?authSource=admin`,
      stop: () => double.stop(),
    };
  },
};
