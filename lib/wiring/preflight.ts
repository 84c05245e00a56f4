import type { UserPoolClientType, UserPoolType } from "@aws-sdk/client-cognito-identity-provider";
import type { Migration } from "../config/define-migration.ts";
import type { UserNames } from "../core/platform-name.ts";
import type { PermissionState } from "./permissions.ts";
import type { WirePlan } from "./plan.ts";

/** What stands in the way of a wiring (`stop`), or should be known before it (`warn`). */
export interface Finding {
  readonly level: "stop" | "warn";
  readonly about: string;
  readonly text: string;
}

type Names = Pick<Migration, "userNames" | "usernameCase">;

/** Holds the pool against the config. */
export function checkPool(pool: UserPoolType, config: Names): readonly Finding[] {
  const found = checkNaming(pool, config);
  if (pool.DeletionProtection === "ACTIVE") return found;
  return [...found, warn("deletion", "The pool is not protected from deletion (DeletionProtection is not ACTIVE).")];
}

/** Whether the config names users as the pool does. */
export function checkNaming(pool: UserPoolType, config: Names): readonly Finding[] {
  const found: Finding[] = [];
  const fits = userNamesOf(pool);
  if (!fits.includes(config.userNames)) {
    found.push(
      stop(
        "user names",
        `migration.config.ts has userNames: "${config.userNames}", this pool is ${fits.map((one) => `"${one}"`).join(" or ")}. ` +
          "A pool cannot be changed in this: change the config.",
      ),
    );
  }
  const sensitive = isCaseSensitive(pool);
  if (sensitive !== (config.usernameCase === "sensitive")) {
    const is = sensitive ? "sensitive" : "insensitive";
    found.push(
      stop(
        "case",
        `migration.config.ts has usernameCase: "${config.usernameCase}", this pool is "${is}". Set it to "${is}".`,
      ),
    );
  }
  return found;
}

/** Whether Ann and ann are two users of the pool: the API's default, for pools that were made without the setting. */
export function isCaseSensitive(pool: UserPoolType): boolean {
  return pool.UsernameConfiguration?.CaseSensitive ?? true;
}

function userNamesOf(pool: UserPoolType): readonly UserNames[] {
  const names = pool.UsernameAttributes ?? [];
  if (names.length > 0) return names.map((name) => (name === "email" ? "email" : "phone"));
  return (pool.AliasAttributes ?? []).length > 0 ? ["alias"] : ["username"];
}

/** What the plan itself shows. */
export function checkPlan(plan: WirePlan, permissions: readonly PermissionState[]): readonly Finding[] {
  return [
    ...plan.triggers
      .filter(({ kind }) => kind === "occupied")
      .map(({ trigger }) =>
        stop(trigger, "The slot has another function. --replace takes it over, and `unwire` gives it back."),
      ),
    ...permissions
      .filter(({ state }) => state === "absent")
      .map(({ functionName }) => stop("function", `${functionName} is not there. Deploy first, or name its --stack.`)),
    ...permissions
      .filter(({ state }) => state === "other")
      .map(({ functionName }) =>
        stop("function", `${functionName} has a statement of Samekey's name that is for something else. Remove it.`),
      ),
    ...plan.unverifiable.map((contact) =>
      warn(
        contact,
        "The pool does not verify it (AutoVerifiedAttributes): anyone may change his own to a legacy user's at once.",
      ),
    ),
    ...(plan.legacyId === "wrong-type" ? [stop("schema", "custom:legacy_id is there, and no String.")] : []),
  ];
}

const passwordFlows: readonly string[] = [
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "USER_PASSWORD_AUTH",
  "ADMIN_NO_SRP_AUTH",
];

/** Looks for clients through which no user can migrate, that tell who exists, or that could forge a legacy id. */
export function checkClients(clients: readonly UserPoolClientType[], plan: WirePlan): readonly Finding[] {
  if (clients.length === 0) return [warn("clients", "The pool has no app client: nobody can sign in.")];
  return clients.flatMap((client) => {
    const about = `client ${client.ClientName ?? client.ClientId}`;
    const found: Finding[] = [];
    const hosted = client.AllowedOAuthFlowsUserPoolClient === true;
    if (!hosted && !(client.ExplicitAuthFlows ?? []).some((flow) => passwordFlows.includes(flow))) {
      found.push(warn(about, "ALLOW_USER_PASSWORD_AUTH is off: no user migrates through it, SRP sends no password."));
    }
    if (client.PreventUserExistenceErrors !== "ENABLED") {
      found.push(warn(about, "PreventUserExistenceErrors is not ENABLED: its answers tell who has an account."));
    }
    const writable = client.WriteAttributes ?? [];
    if (writable.includes("custom:legacy_id")) {
      found.push(
        stop(about, "custom:legacy_id is among its WriteAttributes: people could write themselves another's."),
      );
    } else if (writable.length === 0) {
      const level = plan.legacyId === "mutable" ? stop : warn;
      found.push(level(about, "It has no WriteAttributes, and so may write every attribute. Name those it needs."));
    }
    return found;
  });
}

/** A mutable attribute is safe only as long as no client can write it. */
export function checkMutable(plan: WirePlan): readonly Finding[] {
  if (plan.legacyId !== "mutable") return [];
  return [warn("schema", "custom:legacy_id is there, and mutable. Keep it out of every client's WriteAttributes.")];
}

export function stop(about: string, text: string): Finding {
  return { level: "stop", about, text };
}

export function warn(about: string, text: string): Finding {
  return { level: "warn", about, text };
}
