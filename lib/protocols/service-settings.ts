import type { SettingFault } from "../core/setting-faults.ts";

const ownMachine: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** What is wrong with a service's address: https, or http for this machine or by its spelled-out name. */
export function addressFaults(path: string, text: unknown, tls: unknown): readonly SettingFault[] {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  const open = url?.protocol === "http:" && (tls === "insecure-no-tls" || ownMachine.has(url.hostname));
  if (url === undefined || (url.protocol !== "https:" && !open)) {
    return [{ path, message: "allowed is https://…, since passwords travel there" }];
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return [{ path, message: "has a user, a query or a fragment; allowed are scheme, host, port and path" }];
  }
  return [];
}

export function tlsFaults(tls: unknown): readonly SettingFault[] {
  if (tls === undefined || tls === "insecure-no-tls") return [];
  const message = 'allowed are { ca } with PEM text and "insecure-no-tls"';
  if (typeof tls !== "object" || tls === null) return [{ path: "tls", message }];
  return Object.entries(tls).flatMap(([field, value]) =>
    field === "ca" && typeof value === "string" && value.includes("-----BEGIN ")
      ? []
      : [{ path: `tls.${field}`, message }],
  );
}

export function secretFaults(path: string, value: unknown, purpose: string): readonly SettingFault[] {
  const given = typeof value === "object" && value !== null && "read" in value && typeof value.read === "function";
  return given ? [] : [{ path, message: `has to be secret("name of the secret"): ${purpose}` }];
}

export function textFaults(path: string, value: unknown, purpose: string): readonly SettingFault[] {
  return typeof value === "string" && value !== "" ? [] : [{ path, message: `has to be a text: ${purpose}` }];
}

export function choiceFaults(path: string, value: unknown, allowed: readonly string[]): readonly SettingFault[] {
  if (value === undefined || (typeof value === "string" && allowed.includes(value))) return [];
  return [{ path, message: `allowed are ${allowed.map((one) => `"${one}"`).join(", ")}` }];
}

export function functionFaults(path: string, value: unknown, purpose: string): readonly SettingFault[] {
  return value === undefined || typeof value === "function"
    ? []
    : [{ path, message: `has to be a function ${purpose}` }];
}
