import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientSettings } from "./client-settings.ts";

export type Invocation =
  | { readonly kind: "answer"; readonly payload: Uint8Array }
  /** The function ran and ended with an error. */
  | { readonly kind: "error"; readonly type: string };

export interface FunctionInvoker {
  /** @throws the SDK's error when the function could not be called. */
  invoke(functionName: string, payload: string, signal: AbortSignal): Promise<Invocation>;
  close(): void;
}

/**
 * Calls Lambda functions and waits for their answers. One attempt: what it does is not known here, and the caller knows
 * whether it may be done twice. The module is imported as a whole, so that the bundler keeps this one command.
 */
export function openFunctionInvoker(region: string | undefined): FunctionInvoker {
  const client = new LambdaClient({
    ...clientSettings(),
    maxAttempts: 1,
    ...(region === undefined ? {} : { region }),
    requestHandler: { connectionTimeout: 1000 },
  });
  return {
    async invoke(functionName, payload, signal) {
      const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(payload) });
      const { FunctionError, Payload } = await client.send(command, { abortSignal: signal });
      return FunctionError === undefined
        ? { kind: "answer", payload: Payload ?? new Uint8Array() }
        : { kind: "error", type: FunctionError };
    },
    close: () => client.destroy(),
  };
}
