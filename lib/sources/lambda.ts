// Another Lambda function as the legacy store: the messages and answers of docs/sources/http.md, as payloads.

import { awsFailure, isCutConnection } from "../aws/call-failure.ts";
import { type FunctionInvoker, openFunctionInvoker } from "../aws/invoke-function.ts";
import { MigrationError } from "../core/errors.ts";
import type { LegacySource } from "../core/ports.ts";
import { type SettingFault, withSettingFaults } from "../core/setting-faults.ts";
import { parseJson } from "../protocols/json-http.ts";
import { type AskService, abilityFaults, type ServiceAbilities, serviceSource } from "../protocols/service-messages.ts";

export interface LambdaSettings extends ServiceAbilities {
  /** Default "lambda". Needed where two sources are functions. */
  readonly name?: string;
  /** The function's ARN, with an alias or a version where it has one; another account's lets this one in by its policy. */
  readonly functionArn: string;
}

// arn:aws:lambda:region:account:function:name[:qualifier]
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
const arnForm =
  /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_$-]{1,128})?$/;

/** A function as a legacy store. An error of it, or any answer but a documented one, is a fault, never "unknown" or "wrong". */
export function lambda(settings: LambdaSettings): LegacySource {
  const { name = "lambda", functionArn } = settings;
  const region = typeof functionArn === "string" ? arnForm.exec(functionArn)?.[1] : undefined;
  let opened: FunctionInvoker | undefined;

  const ask: AskService = async (message, limitBytes, signal) => {
    signal.throwIfAborted();
    const what = `${message.action} at the function`;
    opened ??= openFunctionInvoker(region);
    const invoker = opened;
    const invoke = () => invoker.invoke(functionArn, JSON.stringify(message), signal);
    const mayRepeat = !["create", "update", "remove"].includes(message.action);
    const invocation = await invoke()
      .catch((error: unknown) => {
        if (mayRepeat && isCutConnection(error) && !signal.aborted) return invoke();
        throw error;
      })
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw awsFailure(name, what, error);
      });
    if (invocation.kind === "error") {
      throw new MigrationError("SOURCE_UNAVAILABLE", `${name}: ${what} ended with an error (${invocation.type})`);
    }
    const { payload } = invocation;
    const answer = payload.length <= limitBytes ? parseJson(payload) : undefined;
    if (answer !== undefined) return answer;
    throw new MigrationError(
      "SOURCE_UNAVAILABLE",
      `${name}: ${what} answered ${payload.length} bytes, allowed is JSON of at most ${limitBytes} without a key twice`,
    );
  };

  const close = async () => {
    opened?.close();
    opened = undefined;
  };
  return withSettingFaults(serviceSource(name, settings, ask, close), [
    ...arnFaults(region),
    ...abilityFaults(settings),
  ]);
}

function arnFaults(region: string | undefined): readonly SettingFault[] {
  if (region !== undefined) return [];
  return [
    { path: "functionArn", message: "has to be arn:aws:lambda:REGION:ACCOUNT:function:NAME, with :ALIAS at will" },
  ];
}
