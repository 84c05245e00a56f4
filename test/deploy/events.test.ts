import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cognitoPostAuthentication } from "../../lib/hooks/cognito-post-authentication.ts";
import { cognitoPostConfirmation } from "../../lib/hooks/cognito-post-confirmation.ts";
import { cognitoPreAuthentication } from "../../lib/hooks/cognito-pre-authentication.ts";
import { cognitoPreSignUp } from "../../lib/hooks/cognito-pre-sign-up.ts";
import { cognitoUserMigration } from "../../lib/hooks/cognito-user-migration.ts";
import { root } from "./packaged.ts";

const folder = join(root, "examples", "events");
const events = {
  "post-authentication.json": { hook: cognitoPostAuthentication, kind: "completed" },
  "post-confirmation.json": { hook: cognitoPostConfirmation, kind: "completed" },
  "pre-authentication.json": { hook: cognitoPreAuthentication, kind: "gate" },
  "pre-sign-up.json": { hook: cognitoPreSignUp, kind: "sign-up" },
  "user-migration-forgot-password.json": { hook: cognitoUserMigration, kind: "look-up" },
  "user-migration.json": { hook: cognitoUserMigration, kind: "sign-in" },
};

test("every example event is one of the list", async () => {
  expect((await readdir(folder)).sort()).toEqual(Object.keys(events));
});

for (const [file, { hook, kind }] of Object.entries(events)) {
  test(`${file} is a ${kind} to its hook`, async () => {
    const request = hook.parse(JSON.parse(await readFile(join(folder, file), "utf8")));
    expect(request.kind).toBe(kind);
  });
}

test("the example sign-in is one of the demo's people", async () => {
  const people = await readFile(join(root, "examples", "demo", "legacy.sql"), "utf8");
  const { userName } = JSON.parse(await readFile(join(folder, "user-migration.json"), "utf8"));
  expect(people).toContain(`'${userName}'`);
});
