import { randomBytes, randomUUID } from "node:crypto";

/** What a version holds: text, or bytes as base64. */
export type SecretContent = { readonly SecretString: string } | { readonly SecretBinary: string };

export interface SecretVersion {
  readonly id: string;
  readonly content: SecretContent;
  readonly stages: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
}

export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly created: number;
  readonly versions: readonly SecretVersion[];
}

/** Secrets in memory, found as Secrets Manager finds them: by name, whole ARN, or ARN without its six random characters. */
export interface SecretStore {
  find(secretId: string): StoredSecret | undefined;
  create(name: string): StoredSecret;
  /** Adds a version and moves the stages to it; what was AWSCURRENT becomes AWSPREVIOUS. */
  add(
    secret: StoredSecret,
    content: SecretContent,
    versionId: string | undefined,
    stages: readonly string[],
  ): SecretVersion;
}

export function openSecretStore(arnPrefix: string, now: () => number): SecretStore {
  const secrets = new Map<string, StoredSecret>();
  const seconds = () => now() / 1000;
  return {
    find: (secretId) =>
      secrets.get(secretId) ??
      [...secrets.values()].find(({ arn }) => arn === secretId || arn.slice(0, -"-AbCdEf".length) === secretId),
    create: (name) => {
      const suffix = randomBytes(8)
        .toString("base64")
        .replace(/[^A-Za-z0-9]/g, "x")
        .slice(0, 6);
      const secret = { arn: `${arnPrefix}:secret:${name}-${suffix}`, name, created: seconds(), versions: [] };
      secrets.set(name, secret);
      return secret;
    },
    add: (secret, content, versionId, stages) => {
      const version = { id: versionId ?? randomUUID(), content, stages, created: seconds() };
      const current = secret.versions.find((one) => one.stages.includes("AWSCURRENT"));
      const taken = stages.includes("AWSCURRENT") && current !== undefined ? [...stages, "AWSPREVIOUS"] : stages;
      const older = secret.versions.map((one) => {
        const left = one.stages.filter((stage) => !taken.includes(stage));
        return { ...one, stages: one === current && taken.includes("AWSPREVIOUS") ? [...left, "AWSPREVIOUS"] : left };
      });
      secrets.set(secret.name, { ...secret, versions: [...older, version] });
      return version;
    },
  };
}
