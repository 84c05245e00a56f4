import { describe, expect, it } from "vitest";
import { Refusal } from "../../lib/core/errors.ts";
import { type DeniedReason, denied } from "../../lib/core/outcome.ts";
import { cognitoPreAuthentication } from "../../lib/hooks/cognito-pre-authentication.ts";
import { cognitoPreSignUp } from "../../lib/hooks/cognito-pre-sign-up.ts";
import { cognitoUserMigration } from "../../lib/hooks/cognito-user-migration.ts";
import { signInEvent } from "../faults/rig.ts";

// A reason that is added has to be added here: the type asks for each.
const reasons: Readonly<Record<DeniedReason, true>> = {
  "unknown-user": true,
  "wrong-password": true,
  disabled: true,
  expired: true,
  "must-change": true,
  locked: true,
  erased: true,
  blocked: true,
  throttled: true,
  taken: true,
  "already-migrated": true,
  conflict: true,
  "no-verified-contact": true,
  "unusable-record": true,
  malformed: true,
};
const refusals = [
  ...Object.keys(reasons).map((reason) => denied(reason as DeniedReason)),
  denied("unusable-record", "HASH_DAMAGED"),
  denied("unusable-record", "RECORD_AMBIGUOUS"),
];

describe("every reason for a refusal", () => {
  it("has one answer in the migration trigger: the event with an empty response", () => {
    const event = signInEvent("ann", "secret");
    for (const refusal of refusals)
      expect(cognitoUserMigration.render(refusal, event)).toEqual({ ...event, response: {} });
  });

  it.each([
    ["gate", cognitoPreAuthentication],
    ["sign-up", cognitoPreSignUp],
  ])("has one sentence at the %s", (_, hook) => {
    const told = refusals.map((refusal) => {
      try {
        hook.render(refusal, {});
      } catch (error) {
        if (error instanceof Refusal) return `${error.name}: ${error.message}`;
      }
      return expect.unreachable();
    });
    expect(new Set(told).size).toBe(1);
  });
});
