import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { MigrationError } from "../core/errors.ts";
import { askJson, type JsonAnswer, type JsonRequest } from "./json-http.ts";

/**
 * How the server is proved: by the authorities that Node trusts, or by `ca`, PEM text, instead of them.
 * "insecure-no-tls" takes http:// for a server on another machine, where passwords then travel in the clear.
 */
export type ServiceTls = { readonly ca?: string } | "insecure-no-tls";

export type ServiceRequest = Omit<JsonRequest, "agent" | "signal" | "headers"> & {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is asked, for messages: "the token endpoint". */
  readonly what: string;
};

/** A server that answers JSON, over connections that are kept. */
export interface JsonService {
  /** @throws MigrationError SOURCE_UNAVAILABLE when no whole answer within the limit comes. */
  ask(request: ServiceRequest, signal: AbortSignal): Promise<JsonAnswer>;
  close(): void;
}

// Load balancers and address translation forget idle connections after 60 s at the least (AWS: ALB 60 s, NAT 350 s), and
// say nothing: what was idle for longer than this is not used again. Wall clock: an environment is frozen in between.
const keepIdleMs = 50_000;

export function openJsonService(name: string, tls: ServiceTls = {}): JsonService {
  const ca = typeof tls === "object" ? tls.ca : undefined;
  let agents = open();
  let usedAt = 0;

  function open() {
    const settings = { keepAlive: true, maxFreeSockets: 1 };
    return {
      "http:": new Agent(settings),
      "https:": new SecureAgent({ ...settings, ...(ca === undefined ? {} : { ca }) }),
    };
  }

  function close(): void {
    agents["http:"].destroy();
    agents["https:"].destroy();
    agents = open();
  }

  return {
    async ask({ what, headers = {}, ...request }, signal) {
      signal.throwIfAborted();
      // Free connections alone: another sign-in may still wait on its own.
      if (Date.now() - usedAt > keepIdleMs) closeFree(agents);
      const agent = request.url.protocol === "https:" ? agents["https:"] : agents["http:"];
      try {
        return await askJson({ ...request, headers, signal, agent });
      } catch (cause) {
        signal.throwIfAborted();
        const found = cause instanceof RangeError ? cause.message : codeOf(cause);
        throw new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${what} gave no answer: ${found}`, { cause });
      } finally {
        usedAt = Date.now();
      }
    },
    close,
  };
}

/** A fault for an answer that is not among the documented ones. It tells the status, never the body. */
export function undocumentedAnswer(name: string, what: string, { status, retryAfterS }: JsonAnswer): MigrationError {
  const wait = retryAfterS === undefined ? "" : `, and asks to wait ${retryAfterS} s`;
  return new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${what} answered ${status}, not as documented${wait}`);
}

function closeFree(agents: Readonly<Record<string, Agent>>): void {
  for (const agent of Object.values(agents)) {
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : "an unknown error";
}
