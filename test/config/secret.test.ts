import { expect, it } from "vitest";
import { secret, useSecretStore } from "../../lib/config/secret.ts";
import { aDeadline } from "../support/deadline.ts";

it("reads a secret from the store that is set, when it is needed and not before", async () => {
  const asked: string[] = [];
  const db = secret("samekey/db");
  useSecretStore(async (name) => {
    asked.push(name);
    return `text of ${name}`;
  });
  expect(db.name).toBe("samekey/db");
  expect(asked).toEqual([]);
  expect(await db.read(aDeadline().signal)).toBe("text of samekey/db");
  expect(await db.read(aDeadline().signal)).toBe("text of samekey/db");
  expect(asked).toEqual(["samekey/db"]);
});

it("tells nothing of its text when it is printed", async () => {
  useSecretStore(async () => "text-canary");
  const db = secret("samekey/db");
  await db.read(aDeadline().signal);
  expect(JSON.stringify(db)).toBe('{"name":"samekey/db"}');
});
