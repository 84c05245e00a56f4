// The adopter's own service over HTTPS, asked with a signed body: docs/sources/http.md has the messages and answers.

import { MigrationError } from "../core/errors.ts";
import type { LegacySource, SecretRef } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";
import { openJsonService, type ServiceTls, undocumentedAnswer } from "../protocols/json-service.ts";
import { type AskService, abilityFaults, type ServiceAbilities, serviceSource } from "../protocols/service-messages.ts";
import { addressFaults, secretFaults, tlsFaults } from "../protocols/service-settings.ts";
import { signatureHeaders } from "../protocols/signed-body.ts";

export interface HttpSettings extends ServiceAbilities {
  /** Default "http". Needed where two sources are services. */
  readonly name?: string;
  /** `https://…`; plain http is taken for this machine alone, or by `tls: "insecure-no-tls"`. */
  readonly url: string;
  /** What bodies are signed with (Standard Webhooks, HMAC-SHA256); the service holds the same text. At least 24 bytes. */
  readonly key: SecretRef;
  /** Verified TLS unless it is turned off by its name. */
  readonly tls?: ServiceTls;
}

const minKeyBytes = 24;

/** The adopter's own service as a legacy store. Every answer but the documented one is a fault, never "unknown" or "wrong". */
export function http(settings: HttpSettings): LegacySource {
  const { name = "http", url, key, tls } = settings;
  const service = openJsonService(name, tls ?? {});

  const ask: AskService = async (message, limitBytes, signal) => {
    const body = JSON.stringify(message);
    const what = `${message.action} at the service`;
    const send = async (text: string) => {
      const headers = signatureHeaders(body, keyBytes(text), new Date());
      // What changes something is never sent twice, also not where a kept connection turns out to be dead. A mark may come
      // again anyway.
      const once = ["create", "update", "remove"].includes(message.action);
      return service.ask({ what, url: new URL(url), body, headers, limitBytes, once }, signal);
    };
    const first = await key.read(signal);
    let answer = await send(first);
    if (isRefusal(answer.status)) {
      const fresh = await key.refresh(signal);
      if (fresh !== first) answer = await send(fresh);
    }
    if (isRefusal(answer.status)) {
      throw new MigrationError(
        "SOURCE_REFUSED_CREDENTIAL",
        `${name}: ${what} refused the signature (${answer.status})`,
      );
    }
    if (answer.status !== 200 || answer.json === undefined) throw undocumentedAnswer(name, what, answer);
    return answer.json;
  };

  function keyBytes(text: string): Uint8Array {
    const bytes = Buffer.from(text);
    if (bytes.length >= minKeyBytes) return bytes;
    throw new MigrationError(
      "SECRET_INVALID",
      `${name}: the signing key has ${bytes.length} bytes, allowed are ${minKeyBytes} and more`,
    );
  }

  return withSettingFaults(
    serviceSource(name, settings, ask, async () => service.close()),
    [
      ...addressFaults("url", url, tls),
      ...secretFaults("key", key, "what the service proves requests by"),
      ...tlsFaults(tls),
      ...abilityFaults(settings),
    ],
  );
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}
