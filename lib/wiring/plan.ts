import type { LambdaConfigType, UserPoolType, VerifiedAttributeType } from "@aws-sdk/client-cognito-identity-provider";
import { type PoolSettings, settingsOf } from "./pool-update.ts";
import type { TriggerFunction, TriggerName } from "./triggers.ts";

/** What is to become of one trigger slot. `occupied` is another function's, and stays without `replace`. */
export interface TriggerStep {
  readonly trigger: TriggerName;
  readonly kind: "set" | "keep" | "replace" | "occupied";
  readonly before: string | undefined;
  readonly after: string;
}

/** What is to become of the attribute that holds the legacy id. */
export type LegacyIdStep = "keep" | "add" | "wrong-type" | "mutable";

/** All that wiring changes in a pool; nothing of it is done yet. */
export interface WirePlan {
  readonly triggers: readonly TriggerStep[];
  readonly verifyBefore: readonly VerifiedAttributeType[];
  readonly verifyAfter: readonly VerifiedAttributeType[];
  /** Contacts of people that cannot be held back, since the pool does not verify them. */
  readonly unverifiable: readonly VerifiedAttributeType[];
  readonly legacyId: LegacyIdStep;
  /** The whole of the settings as they shall be. */
  readonly settings: PoolSettings;
  readonly changesPool: boolean;
}

const contacts: readonly VerifiedAttributeType[] = ["email", "phone_number"];

/** Compares a pool with what Samekey needs of it. */
export function planWiring(
  pool: UserPoolType,
  functions: readonly TriggerFunction[],
  { replace }: { readonly replace: boolean },
): WirePlan {
  const config = pool.LambdaConfig ?? {};
  const triggers = functions.map((one) => triggerStep(one, config, replace));
  const auto = pool.AutoVerifiedAttributes ?? [];
  const verifyBefore = pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  const missing = contacts.filter((contact) => auto.includes(contact) && !verifyBefore.includes(contact));
  const verifyAfter = [...verifyBefore, ...missing];
  const wired = Object.fromEntries(triggers.map(({ trigger, after }) => [trigger, after]));
  return {
    triggers,
    verifyBefore,
    verifyAfter,
    unverifiable: contacts.filter((contact) => !auto.includes(contact)),
    legacyId: legacyIdStep(pool),
    settings: {
      ...settingsOf(pool),
      LambdaConfig: { ...config, ...wired },
      ...(verifyAfter.length === 0
        ? {}
        : { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: verifyAfter } }),
    },
    changesPool: missing.length > 0 || triggers.some(({ kind }) => kind !== "keep"),
  };
}

function triggerStep(
  { trigger, functionArn }: TriggerFunction,
  config: LambdaConfigType,
  replace: boolean,
): TriggerStep {
  const before = config[trigger];
  const step = { trigger, before, after: functionArn };
  if (before === undefined || before === "") return { ...step, kind: "set", before: undefined };
  if (before === functionArn) return { ...step, kind: "keep" };
  return { ...step, kind: replace ? "replace" : "occupied" };
}

function legacyIdStep(pool: UserPoolType): LegacyIdStep {
  const attribute = (pool.SchemaAttributes ?? []).find((one) => one.Name === "custom:legacy_id");
  if (attribute === undefined) return "add";
  if (attribute.AttributeDataType !== "String") return "wrong-type";
  return attribute.Mutable === false ? "keep" : "mutable";
}

/** What unwiring gives back. A slot that has changed since is left to whoever changed it. */
export interface UnwirePlan {
  readonly triggers: readonly {
    readonly trigger: TriggerName;
    readonly kind: "restore" | "remove" | "left";
    readonly now: string | undefined;
    readonly former: string | undefined;
  }[];
  readonly verifyBefore: readonly VerifiedAttributeType[];
  readonly verifyAfter: readonly VerifiedAttributeType[];
  readonly settings: PoolSettings;
  readonly changesPool: boolean;
}

/** What a pool was before it was wired, and what wiring put there. */
export interface FormerState {
  readonly former: {
    readonly triggers: Readonly<Partial<Record<TriggerName, string>>>;
    readonly verify: readonly VerifiedAttributeType[];
  };
  readonly wired: {
    readonly triggers: Readonly<Partial<Record<TriggerName, string>>>;
    readonly verify: readonly VerifiedAttributeType[];
  };
}

/** Compares a wired pool with what it was. */
export function planUnwiring(pool: UserPoolType, { former, wired }: FormerState): UnwirePlan {
  const config = pool.LambdaConfig ?? {};
  const triggers = (Object.keys(wired.triggers) as readonly TriggerName[]).map((trigger) => {
    const now = config[trigger];
    const before = former.triggers[trigger];
    const kind = now !== wired.triggers[trigger] ? "left" : before === undefined ? "remove" : "restore";
    return { trigger, kind, now, former: before } as const;
  });
  const removed = new Set<string>(triggers.filter(({ kind }) => kind !== "left").map(({ trigger }) => trigger));
  const restored = triggers.flatMap((step) => (step.kind === "restore" ? [[step.trigger, step.former]] : []));
  const kept = Object.entries(config).filter(([name]) => !removed.has(name));
  const verifyBefore = pool.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
  const added = wired.verify.filter((contact) => !former.verify.includes(contact));
  const verifyAfter = verifyBefore.filter((contact) => !added.includes(contact));
  return {
    triggers,
    verifyBefore,
    verifyAfter,
    settings: {
      ...settingsOf(pool),
      LambdaConfig: Object.fromEntries([...kept, ...restored]),
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: verifyAfter },
    },
    changesPool: removed.size > 0 || verifyAfter.length !== verifyBefore.length,
  };
}
