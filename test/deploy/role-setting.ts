import { createRequire } from "node:module";
import type { Resource } from "./packaged.ts";

/** What the roles depend on: of the config, and of the deployment. */
export interface RoleFacts {
  readonly mode: "migrate" | "shadow";
  readonly federated: "refuse" | "allow" | "link";
  readonly throttles: boolean;
  readonly hasCircuit: boolean;
  readonly gateAsks: boolean;
  readonly hasStreamWork: boolean;
  readonly marks: boolean;
  readonly drift: "none" | "platform-wins" | "reset";
  readonly vaultKey: string;
}
export interface RoleSettings {
  readonly prefix: string;
  readonly secrets: readonly string[];
  readonly secretsKey: string;
  readonly asks: Readonly<Record<"functions" | "userPools" | "tables" | "roles", readonly string[]>>;
  readonly inVpc: boolean;
  readonly userPool: unknown;
  readonly vaultKey: unknown;
}
type RolesOf = (facts: RoleFacts, settings: RoleSettings) => { readonly Resources: Readonly<Record<string, Resource>> };

const { rolesOf }: { readonly rolesOf: RolesOf } = createRequire(import.meta.url)("../../deploy/roles.cjs");

/** What the deployment reads of a config. */
export const { configFacts }: { readonly configFacts: (config: string) => Promise<RoleFacts> } = createRequire(
  import.meta.url,
)("../../deploy/config-facts.cjs");

const usual: RoleSettings = {
  prefix: "samekey-dev",
  secrets: ["samekey/legacy-database"],
  secretsKey: "",
  asks: { functions: [], userPools: [], tables: [], roles: [] },
  inVpc: false,
  userPool: { "Fn::GetAtt": ["UserPool", "Arn"] },
  vaultKey: undefined,
};
const plain = {
  mode: "migrate",
  federated: "refuse",
  throttles: true,
  hasCircuit: true,
  gateAsks: false,
  hasStreamWork: false,
  marks: false,
  drift: "none",
  vaultKey: "",
} as const;

/** The roles of a deployment that differs so from the usual one. */
export function roles(facts: Partial<RoleFacts> = {}, settings: Partial<RoleSettings> = {}) {
  return rolesOf({ ...plain, ...facts }, { ...usual, ...settings }).Resources;
}
