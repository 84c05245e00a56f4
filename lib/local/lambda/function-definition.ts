import { basename, dirname, extname } from "node:path";

/** One function as it is deployed. */
export interface FunctionDefinition {
  /** The bundle: an ES module that Node can load. */
  readonly file: string;
  /** The name of the export; `handler` without it. */
  readonly handler?: string;
  readonly memoryMb: number;
  /** Counts from when an environment takes the event, milliseconds. */
  readonly timeoutMs: number;
  /** All that the function finds in its environment beside Lambda's own variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The variables that Lambda sets (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html); a function's own come over them. */
export function environmentVariables(
  name: string,
  definition: FunctionDefinition,
  region: string,
  runtimeApi: string,
): Readonly<Record<string, string>> {
  const { file, handler = "handler", memoryMb } = definition;
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local/[$LATEST]",
    LAMBDA_TASK_ROOT: dirname(file),
    _HANDLER: `${basename(file, extname(file))}.${handler}`,
    ...definition.environment,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
  };
}

/** Node's heap limits at this memory: 90 % for the old space and 5 % for the young one, as Lambda's runtime sets them. */
export function heapFlags(memoryMb: number): readonly string[] {
  const percent = (share: number) => Math.max(1, Math.floor((memoryMb * share) / 100));
  return [`--max-old-space-size=${percent(90)}`, `--max-semi-space-size=${percent(5)}`];
}
