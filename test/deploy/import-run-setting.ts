import { createRequire } from "node:module";
import type { Resource } from "./packaged.ts";
import type { RoleFacts } from "./role-setting.ts";

type FunctionStanza = Readonly<Record<string, unknown>> & { readonly environment: Readonly<Record<string, unknown>> };
export interface ImportRunSettings {
  readonly prefix: string;
  readonly concurrency: number;
  readonly perSecond: number;
  readonly pool: "new" | "existing";
  readonly ownPool: string;
  readonly ownKey: string;
  readonly topic: string;
}
export interface Tools {
  resolveVariable(name: string): Promise<unknown>;
}
interface ImportRunModule {
  functionsOf(settings: ImportRunSettings): Readonly<Record<string, FunctionStanza>>;
  resourcesOf(
    facts: Pick<RoleFacts, "vaultKey"> & { readonly joins: boolean },
    settings: ImportRunSettings,
  ): { readonly Resources: Readonly<Record<string, Resource>> };
  functions(tools: Tools): Promise<object>;
  resources(tools: Tools): Promise<{ readonly Resources: object }>;
}
export const machine: ImportRunModule = createRequire(import.meta.url)("../../deploy/import-run.cjs");

export const usual: ImportRunSettings = {
  prefix: "samekey-dev",
  concurrency: 4,
  perSecond: 5,
  pool: "new",
  ownPool: "",
  ownKey: "",
  topic: "",
};
export const vaultKey = { "Fn::GetAtt": ["VaultKey", "Arn"] };
export const resourcesOf = (settings: Partial<ImportRunSettings> = {}, joins = false) =>
  machine.resourcesOf({ vaultKey: "alias/samekey", joins }, { ...usual, ...settings }).Resources;
