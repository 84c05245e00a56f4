import { createRequire } from "node:module";
import type { Resource } from "./packaged.ts";

interface Tools {
  resolveVariable(name: string): Promise<unknown>;
}
interface Imports {
  functions(tools: Tools): Promise<Readonly<Record<string, FunctionStanza>>>;
  resources(tools: Tools): Promise<{ readonly Resources: Readonly<Record<string, Resource>> }>;
  functionsOf(settings: ImportSettings): Readonly<Record<string, FunctionStanza>>;
  resourcesOf(settings: ImportSettings): { readonly Resources: Readonly<Record<string, Resource>> };
  readonly routes: Readonly<Record<string, string>>;
}
interface FunctionStanza {
  readonly handler: string;
  readonly role: string;
  readonly environment: Readonly<Record<string, unknown>>;
}
export interface ImportSettings {
  readonly prefix: string;
  readonly vaultKey: unknown;
  readonly poolId: unknown;
  readonly poolArn: unknown;
  readonly joins: boolean;
  readonly topic: string;
}

export const imports: Imports = createRequire(import.meta.url)("../../deploy/imports.cjs");

export const importSettings: ImportSettings = {
  prefix: "samekey-dev",
  vaultKey: { "Fn::GetAtt": ["VaultKey", "Arn"] },
  poolId: { Ref: "UserPool" },
  poolArn: { "Fn::GetAtt": ["UserPool", "Arn"] },
  joins: false,
  topic: "",
};

/** What the CLI tells a file of settings, with these parameters over the usual ones. */
export function tools(params: Readonly<Record<string, string>>): Tools {
  const values: Readonly<Record<string, string>> = {
    "self:custom.prefix": "samekey-dev",
    "param:imports": "off",
    "param:config": "demo",
    "param:pool": "new",
    "param:userPool": "",
    "param:vaultKey": "",
    "param:secretsKey": "",
    "param:alarmTopic": "",
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [`param:${name}`, value])),
  };
  return {
    async resolveVariable(name) {
      if (values[name] === undefined) throw new Error(`no variable ${name}`);
      return values[name];
    },
  };
}
