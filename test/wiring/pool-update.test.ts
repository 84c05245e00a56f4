import { expect, test } from "vitest";
import { differences, settingsOf, updateRequest } from "../../lib/wiring/pool-update.ts";

test("leaves out what an update refuses: fields that only describe", () => {
  const request = updateRequest(
    { Id: "eu-west-1_a", Name: "people", Arn: "arn", Status: "Enabled", EstimatedNumberOfUsers: 3, Domain: "d" },
    settingsOf({ Id: "eu-west-1_a", Arn: "arn", Status: "Enabled", EstimatedNumberOfUsers: 3, Domain: "d" }),
  );
  expect(request).toEqual({ UserPoolId: "eu-west-1_a", PoolName: "people" });
});

test("keeps the newer of two fields for one validity", () => {
  const AdminCreateUserConfig = { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 7 };
  const Policies = { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 7 } };
  expect(settingsOf({ AdminCreateUserConfig, Policies })).toEqual({
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    Policies,
  });
});

test("keeps an old validity that has no newer one", () => {
  const AdminCreateUserConfig = { UnusedAccountValidityDays: 9 };
  expect(settingsOf({ AdminCreateUserConfig })).toEqual({ AdminCreateUserConfig });
});

test("keeps the template's message of two, and the old one where the template has none", () => {
  const VerificationMessageTemplate = { EmailMessage: "new {####}", DefaultEmailOption: "CONFIRM_WITH_CODE" as const };
  expect(
    settingsOf({ EmailVerificationMessage: "old", SmsVerificationMessage: "sms {####}", VerificationMessageTemplate }),
  ).toEqual({ SmsVerificationMessage: "sms {####}", VerificationMessageTemplate });
});

test("leaves out tags that only AWS may set", () => {
  expect(settingsOf({ UserPoolTags: { "aws:cloudformation:stack-name": "people", team: "a" } })).toEqual({
    UserPoolTags: { team: "a" },
  });
});

test("names the settings that came back different, and takes nothing for the same as an empty list", () => {
  const wanted = { AutoVerifiedAttributes: [], MfaConfiguration: "OPTIONAL", DeletionProtection: "ACTIVE" } as const;
  const found = { MfaConfiguration: "OFF", DeletionProtection: "ACTIVE" } as const;
  expect(differences({ ...wanted, AutoVerifiedAttributes: [] }, found)).toEqual(["MfaConfiguration"]);
});
