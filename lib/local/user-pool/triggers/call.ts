import { CognitoFault } from "../fault.ts";
import { type Input, isInput, member } from "../input.ts";
import type { TriggerAnswer } from "../options.ts";
import type { TriggerName } from "../pool-settings.ts";
import type { Pool, World } from "../world.ts";
import type { TriggerEvent } from "./event.ts";

/** How a trigger call ended. */
export type TriggerResult =
  | { readonly kind: "answer"; readonly response: Input }
  /** An answer that is not the event with a `response` object. */
  | { readonly kind: "unrecognizable" }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "no-answer" }
  /** The function could not be called; `reason` is the error's name. */
  | { readonly kind: "unavailable"; readonly reason: string };

/** Developer guide, "Important considerations": three attempts, then the flow fails. */
const attempts = 3;

type Settled =
  | TriggerAnswer
  | { readonly kind: "no-answer" }
  | { readonly kind: "unavailable"; readonly reason: string };

/**
 * Calls the function of a trigger slot; undefined when the slot is empty. A call is made again only when no answer came
 * in time; the attempts before go on running meanwhile, so the function may work on one event three times at once.
 */
export async function callTrigger(
  world: World,
  pool: Pool,
  name: TriggerName,
  event: TriggerEvent,
): Promise<TriggerResult | undefined> {
  const arn = pool.settings.triggers.get(name);
  if (arn === undefined) return undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const settled = await callOnce(world, arn, event, attempt);
    switch (settled.kind) {
      case "answer":
        return readAnswer(settled.payload);
      case "error":
        return { kind: "error", message: settled.errorMessage };
      case "unavailable":
        return settled;
      case "no-answer":
        // A server that was stopped meanwhile must not call functions any more.
        if (world.stopped()) return settled;
    }
  }
  return { kind: "no-answer" };
}

function callOnce(world: World, arn: string, event: TriggerEvent, attempt: number): Promise<Settled> {
  const { onEvent, invoke, triggerTimeoutMs } = world.settings;
  const base = { pool: event.userPoolId, source: event.triggerSource, attempt };
  const started = performance.now();
  const told = (result: "answer" | "error" | "no-answer" | "unavailable" | "late") =>
    onEvent({ kind: "trigger-answered", ...base, result, ms: Math.round(performance.now() - started) });
  onEvent({ kind: "trigger-called", ...base });
  return new Promise<Settled>((resolve) => {
    let open = true;
    const settle = (settled: Settled) => {
      told(open || settled.kind === "no-answer" ? settled.kind : "late");
      if (!open) return;
      open = false;
      clearTimeout(timer);
      resolve(settled);
    };
    let timer: NodeJS.Timeout | undefined;
    const startTime = () => {
      clearTimeout(timer);
      if (!open) return;
      timer = setTimeout(() => settle({ kind: "no-answer" }), triggerTimeoutMs);
      // The request's connection keeps the process alive; once it is gone, waiting for a function must not.
      timer.unref();
    };
    startTime();
    // Each attempt gets an event of its own, as over a wire: a function may change what it was given.
    const call = Promise.resolve().then(() => invoke(arn, structuredClone(event), startTime));
    call.then(settle, (error: unknown) => settle({ kind: "unavailable", reason: nameOf(error) }));
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "ServiceException";
}

function readAnswer(payload: unknown): TriggerResult {
  if (!isInput(payload)) return { kind: "unrecognizable" };
  const response = member(payload, "response");
  return isInput(response) ? { kind: "answer", response } : { kind: "unrecognizable" };
}

/**
 * The response of every trigger but the migration, or undefined when the slot is empty.
 * @throws CognitoFault UserLambdaValidationException for an error of the function (re:Post knowledge centre, "Lambda
 * trigger errors"), UnexpectedLambdaException when it did not answer or could not be called, InvalidLambdaResponseException.
 */
export function requireAnswer(name: TriggerName, result: TriggerResult | undefined): Input | undefined {
  switch (result?.kind) {
    case undefined:
      return undefined;
    case "answer":
      return result.response;
    case "error":
      throw new CognitoFault("UserLambdaValidationException", `${name} failed with error ${result.message}.`);
    case "unrecognizable":
      throw new CognitoFault("InvalidLambdaResponseException", "Unrecognizable lambda output");
    case "no-answer":
      throw unexpected(name, "Socket timeout while invoking Lambda function");
    case "unavailable":
      throw unexpected(name, result.reason);
  }
}

function unexpected(name: TriggerName, reason: string): CognitoFault {
  return new CognitoFault("UnexpectedLambdaException", `${name} invocation failed due to error ${reason}.`);
}
