import { describe, isObject, type Report } from "./setting-readers.ts";

const names = ["groups", "identities", "createdAt", "lastSignInAt"] as const;
// What Cognito takes for the name of an identity provider and of an attribute of its own:
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html
const provider = /^[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+$/u;
const attribute = /^custom:[!-~]{1,20}$/;

/** Checks `imports`. */
export function checkImports(value: unknown, hasVault: boolean, fault: Report): void {
  if (value === undefined) return;
  if (!isObject(value)) {
    fault("imports", `${describe(value)}; allowed is { ${names.join(", ")} }`);
    return;
  }
  for (const name of Object.keys(value)) {
    if (!names.some((one) => one === name)) fault(`imports.${name}`, `no such setting; there are ${names.join(", ")}`);
  }
  if (!hasVault) fault("imports", "imported users wait in the vault, and the config has none: set `vault` too");
  const { groups, identities } = value;
  if (groups !== undefined && typeof groups !== "boolean") {
    fault("imports.groups", `${describe(groups)}; allowed are true and false (whether groups come along)`);
  }
  checkIdentities(identities, fault);
  for (const name of ["createdAt", "lastSignInAt"] as const) {
    const given = value[name];
    if (given === undefined || (typeof given === "string" && attribute.test(given))) continue;
    fault(
      `imports.${name}`,
      `${describe(given)}; allowed is the name of an attribute of the pool, "custom:created_at"`,
    );
  }
}

function checkIdentities(value: unknown, fault: Report): void {
  if (value === undefined) return;
  if (!isObject(value)) {
    fault("imports.identities", `${describe(value)}; allowed is e.g. { "google-oauth2": "Google" }`);
    return;
  }
  for (const [name, given] of Object.entries(value)) {
    if (typeof given === "string" && given.length <= 32 && provider.test(given)) continue;
    fault(`imports.identities.${name}`, `${describe(given)}; allowed is the name of an identity provider of the pool`);
  }
}
