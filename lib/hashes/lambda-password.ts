// The adopter's check as another Lambda function, invoked directly: the password travels in the payload, never in a URL.
// Payload:  {"action":"verify","password":"…","stored":{"encoded":"…",…}} or {"action":"hash","password":"…"}
// Answer:   {"match":true|false}                                           or {"encoded":"…"}

import type { FunctionInvoker } from "../aws/invoke-function.ts";
import { MigrationError } from "../core/errors.ts";
import { passwordFunction } from "../core/password-function.ts";
import type { HashFormat } from "../core/ports.ts";
import type { SettingFault } from "../core/setting-faults.ts";

export interface LambdaPasswordSettings {
  /** What rows call it in `format`. */
  readonly name: string;
  /** The function's name or ARN, with an alias or a version where it has one. Its caller's role needs InvokeFunction on it. */
  readonly functionName: string;
  /** Whether the function makes new hashes too; the own store needs it. Default false. */
  readonly hashes?: boolean;
  /** Milliseconds, 50 to 30,000; default 2,000. */
  readonly timeLimitMs?: number;
}

/** Asks a Lambda function. An error of it, or any answer but the documented one, is a fault, never a mismatch. */
export function lambdaPassword({ name, functionName, hashes, timeLimitMs }: LambdaPasswordSettings): HashFormat {
  let opening: Promise<FunctionInvoker> | undefined;

  // The client is loaded at the first use, so that a sign-in that needs another format does not pay for it.
  async function open(): Promise<FunctionInvoker> {
    const { openFunctionInvoker } = await import("../aws/invoke-function.ts");
    return openFunctionInvoker(undefined);
  }

  async function ask(message: object, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    opening ??= open();
    const invoker = await opening;
    const invocation = await invoker.invoke(functionName, JSON.stringify(message), signal);
    if (invocation.kind === "error") {
      throw new MigrationError(
        "PASSWORD_FUNCTION_FAILED",
        `${name}: the function ended with an error (${invocation.type})`,
      );
    }
    const answer: unknown = JSON.parse(Buffer.from(invocation.payload).toString() || "null");
    if (typeof answer === "object" && answer !== null) return answer as Readonly<Record<string, unknown>>;
    throw new MigrationError(
      "CONFIG_INVALID",
      `${name}: the function answered ${typeof answer}, documented is an object`,
    );
  }

  return passwordFunction({
    name,
    timeLimitMs,
    verify: async (password, stored, signal) =>
      (await ask({ action: "verify", password: password.revealText(), stored }, signal)).match,
    ...(hashes === true
      ? { hash: (password, signal) => ask({ action: "hash", password: password.revealText() }, signal) }
      : {}),
    faults: nameFaults(functionName),
  });
}

function nameFaults(functionName: unknown): readonly SettingFault[] {
  if (typeof functionName === "string" && functionName !== "") return [];
  return [{ path: "functionName", message: "missing; needed is the function's name or ARN" }];
}
