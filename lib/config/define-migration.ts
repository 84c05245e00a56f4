import type { DriftRule, DriftWatch } from "../core/drift.ts";
import type { ComesAlong } from "../core/import-options.ts";
import type { UserNames } from "../core/platform-name.ts";
import type { HashFormat, LegacySource, SecretRef } from "../core/ports.ts";
import type { FederatedPolicy } from "../core/sign-up.ts";
import { defaultThrottle, type ThrottleLimits } from "../core/throttle.ts";
import { checkMigration } from "./check-migration.ts";
import type { ErasureSetting } from "./erasure-setting.ts";
import type { VaultKey } from "./kms-key.ts";
import type { VaultSetting } from "./vault-setting.ts";

/** Defined where a bundle is made (deploy/bundling.json), and nowhere else. */
declare const SAMEKEY_CONFIG_CHECKED: true | undefined;

/** What an adopter writes. */
export interface MigrationSettings {
  /**
   * "shadow" checks sign-ins against the legacy stores and counts what would have happened, but moves nobody. Default
   * "migrate".
   */
  readonly mode?: "migrate" | "shadow";
  /** The legacy stores, in the order in which they are asked; the first to know a user decides. */
  readonly sources: readonly LegacySource[];
  /**
   * The formats of the stored passwords. The first one that has a decoy is taken for the most common: an unknown user
   * costs as much. `customPassword` as the only or last entry takes what no other format claims.
   */
  readonly passwords?: readonly HashFormat[];
  /** How the pool names its users: `email` and `phone` (UsernameAttributes), `username`, or `alias` (AliasAttributes). */
  readonly userNames: UserNames;
  /** Whether `Ann` and `ann` are one user name; as the pool is set. Default "insensitive", as Cognito's. */
  readonly usernameCase?: "sensitive" | "insensitive";
  /** A forgotten password of a user who never signed in: taken over for a reset, or refused. Default "migrate". */
  readonly forgotPassword?: "migrate" | "refuse";
  /** A person who comes by an identity provider with the verified e-mail of a legacy user. Default "refuse". */
  readonly federated?: FederatedPolicy;
  readonly gate?: {
    /** Asks the legacy store at each sign-in of a moved user whether it has disabled him. Default false. */
    readonly legacyCheck?: boolean;
    /** Seconds for which the answer of such a check is kept, 0 to 3600. Default 60. */
    readonly keepSeconds?: number;
    /** What a fault of the ledger or the legacy store does to a sign-in of a moved user. Default "refuse". */
    readonly onFault?: "refuse" | "allow";
  };
  /**
   * Notices, while both systems live, that a moved user's legacy password or status has changed: at sign-ins with
   * gate.legacyCheck, and by `samekey drift`. Absent: nothing is watched.
   */
  readonly drift?: {
    /** A secret of at least 24 random bytes that keys what the ledger remembers. */
    readonly key: SecretRef;
    /** Nothing more happens ("platform-wins", the default), or the platform's password ends too ("reset"). */
    readonly rule?: DriftRule;
  };
  /**
   * Keeps imported users whose stored passwords the platform does not take until their first sign-in. Absent: none is
   * kept.
   */
  readonly vault?: {
    /** The KMS key that seals them, e.g. kmsKey("alias/samekey"). */
    readonly key: VaultKey;
  };
  /** What comes along with imported users besides their attributes and passwords. Default: nothing. */
  readonly imports?: {
    /** Puts users into the groups that their file names; a group that is not there is made. Default false. */
    readonly groups?: boolean;
    /** Links identities: the provider's name in the file, and in the pool, e.g. { "google-oauth2": "Google" }. */
    readonly identities?: Readonly<Record<string, string>>;
    /** The attribute that keeps when a user was made, e.g. "custom:created_at", as ISO 8601. */
    readonly createdAt?: string;
    /** The attribute that keeps when a user last signed in, as ISO 8601. */
    readonly lastSignInAt?: string;
  };
  /**
   * Lets users be erased (`samekey erase`), and no sign-in or import bring them back. Absent: nobody can be erased.
   */
  readonly erasure?: {
    /** A secret that keys what stands for an erased user's names: at least 24 random bytes, or one for each version. */
    readonly key: SecretRef;
  };
  /** Legacy look-ups that sign-ups (and the gate) may cause in a minute, per environment, 1 to 6000. Default 120. */
  readonly lookupsPerMinute?: number;
  /**
   * How often users may be tried whom the pool does not know; each setting left out has its default. "off" lets anybody
   * try passwords against the legacy stores without end.
   */
  readonly throttle?:
    | "off"
    | (Partial<Omit<ThrottleLimits, "circuit">> & {
        /** When the legacy stores are asked for known users alone. "off": never. */
        readonly circuit?: "off" | Partial<NonNullable<ThrottleLimits["circuit"]>>;
      });
  /** Refusals are held back to a multiple of this, so that they are alike in time, milliseconds, 0 to 3000. Default 1000. */
  readonly refusalMs?: number;
  /** Whether a right password is too weak to keep; the user then has to choose a new one. Default: none is. */
  readonly weakPassword?: (password: string) => boolean;
}

/** Settings that were checked, with every default filled in. */
export interface Migration {
  readonly mode: "migrate" | "shadow";
  readonly sources: readonly LegacySource[];
  readonly passwords: readonly HashFormat[];
  readonly userNames: UserNames;
  readonly usernameCase: "sensitive" | "insensitive";
  readonly forgotPassword: "migrate" | "refuse";
  readonly federated: FederatedPolicy;
  readonly gate: { readonly legacyCheck: boolean; readonly keepSeconds: number; readonly onFault: "refuse" | "allow" };
  readonly drift: DriftWatch | undefined;
  readonly vault: VaultSetting | undefined;
  readonly imports: ComesAlong;
  readonly erasure: ErasureSetting | undefined;
  readonly lookupsPerMinute: number;
  /** Undefined when it is off. */
  readonly throttle: ThrottleLimits | undefined;
  readonly refusalMs: number;
  readonly weakPassword: (password: string) => boolean;
}

/**
 * The settings of a migration, with every default filled in. They are checked wherever a person can read what is wrong:
 * while packaging, by `npm start` and by every command. A bundle carries settings that have been, and a cold start does
 * not pay for it again.
 * @throws MigrationError CONFIG_INVALID that lists every wrong or missing setting at once, each with its path.
 */
export function defineMigration(settings: MigrationSettings): Migration {
  if (typeof SAMEKEY_CONFIG_CHECKED === "undefined") checkMigration(settings);
  const { gate, drift, vault, imports, throttle } = settings;
  return {
    mode: settings.mode ?? "migrate",
    sources: settings.sources,
    passwords: settings.passwords ?? [],
    userNames: settings.userNames,
    usernameCase: settings.usernameCase ?? "insensitive",
    forgotPassword: settings.forgotPassword ?? "migrate",
    federated: settings.federated ?? "refuse",
    gate: {
      legacyCheck: gate?.legacyCheck ?? false,
      keepSeconds: gate?.keepSeconds ?? 60,
      onFault: gate?.onFault ?? "refuse",
    },
    drift: drift && { key: drift.key, rule: drift.rule ?? "platform-wins" },
    vault,
    imports: {
      groups: imports?.groups ?? false,
      identities: imports?.identities ?? {},
      createdAt: imports?.createdAt,
      lastSignInAt: imports?.lastSignInAt,
    },
    erasure: settings.erasure,
    lookupsPerMinute: settings.lookupsPerMinute ?? 120,
    throttle: throttle === "off" ? undefined : throttleWith(throttle),
    refusalMs: settings.refusalMs ?? 1000,
    weakPassword: settings.weakPassword ?? (() => false),
  };
}

function throttleWith(given: Exclude<MigrationSettings["throttle"], "off">): ThrottleLimits {
  const circuit = given?.circuit;
  return {
    ...defaultThrottle,
    ...given,
    circuit: circuit === "off" ? undefined : { ...defaultThrottle.circuit, ...circuit },
  };
}

/**
 * Whether something hangs on the ledger's changes: a source that notes who has moved, a password that a drift ends,
 * groups and identities of imported users who come at their first sign-in.
 */
export function hasStreamWork({ sources, drift, imports }: Pick<Migration, "sources" | "drift" | "imports">): boolean {
  return sources.some(({ mark }) => mark !== undefined) || drift?.rule === "reset" || joins({ imports });
}

/** Whether imported users get groups or identities. */
export function joins({ imports }: Pick<Migration, "imports">): boolean {
  return imports.groups || Object.keys(imports.identities).length > 0;
}
