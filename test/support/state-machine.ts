// AWS Step Functions' states as far as deploy/import-run.asl.json uses them, on this machine. What it does not know it
// refuses: a definition that runs here has nothing in it that was passed over.
// https://states-language.net/spec.html, https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html

import {
  type Fields,
  fields,
  type Json,
  list,
  type MachineContext,
  TaskFailure,
  template,
  text,
  valueAt,
  withResult,
} from "./state-data.ts";

export { type Json, TaskFailure } from "./state-data.ts";

export interface MachineSetting {
  readonly definition: Fields;
  /** Calls the function that a `${Name}` stands for; throws TaskFailure for a function's error. */
  invoke(name: string, payload: Json): Promise<Json>;
  /** As S3's ListObjectsV2 answers, in the order of the keys. */
  list(bucket: string, prefix: string): Promise<readonly Fields[]>;
  put(bucket: string, key: string, text: string): Promise<void>;
  /** How long a retry waits; nobody sleeps here. */
  onWait?(seconds: number): void;
  readonly executionId?: string;
}

export interface Execution {
  readonly status: "SUCCEEDED" | "FAILED";
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  /** The states in their order; those of a map's items with the map's own name before them. */
  readonly path: readonly string[];
  /** The most items that a map had under way. */
  readonly atOnce: number;
}

/** Runs one execution to its end. Never rejects for what a state machine may come to. */
export async function runMachine(setting: MachineSetting, input: Json): Promise<Execution> {
  const path: string[] = [];
  const most = { atOnce: 0 };
  const context = { execution: setting.executionId ?? "arn:aws:states:::execution:test:1" };
  known(setting.definition, ["Comment", "StartAt", "States"], "the machine");
  const run = { ...setting, path, most };
  try {
    const output = await runStates(run, setting.definition, input, context, "");
    return { status: "SUCCEEDED", output, path, atOnce: most.atOnce };
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    return { status: "FAILED", error: error.error, cause: error.cause_, path, atOnce: most.atOnce };
  }
}

interface Run extends MachineSetting {
  readonly path: string[];
  readonly most: { atOnce: number };
}

async function runStates(
  run: Run,
  machine: Fields,
  input: Json,
  context: MachineContext,
  before: string,
): Promise<Json> {
  const states = fields(machine.States ?? null);
  let name: string | undefined = text(machine.StartAt);
  let data = input;
  while (name !== undefined) {
    const at: string = name;
    const state = fields(states[at] ?? null);
    run.path.push(`${before}${at}`);
    const { next, output } = await runState(run, state, data, context, `${before}${at}`);
    data = output;
    name = next;
  }
  return data;
}

interface Step {
  readonly next: string | undefined;
  readonly output: Json;
}

async function runState(run: Run, state: Fields, data: Json, context: MachineContext, name: string): Promise<Step> {
  switch (state.Type) {
    case "Pass":
      known(state, ["Type", "Comment", "Parameters", "Next", "End"], name);
      return { next: nextOf(state), output: template(state.Parameters ?? null, data, context) };
    case "Succeed":
      known(state, ["Type", "Comment"], name);
      return { next: undefined, output: data };
    case "Fail":
      known(state, ["Type", "Comment", "ErrorPath", "CausePath"], name);
      throw new TaskFailure(
        text(valueAt(state.ErrorPath, data, context)),
        text(valueAt(state.CausePath, data, context)),
      );
    case "Choice":
      return { next: choose(state, data, context, name), output: data };
    case "Task":
      return caught(state, data, () => runTask(run, state, data, context, name));
    case "Map":
      return caught(state, data, () => runMap(run, state, data, context, name));
    default:
      throw new Error(`${name}: a state of the type ${state.Type}`);
  }
}

function choose(state: Fields, data: Json, context: MachineContext, name: string): string {
  known(state, ["Type", "Comment", "Choices", "Default"], name);
  for (const choice of list(state.Choices).map(fields)) {
    known(choice, ["Variable", "StringEquals", "NumericEquals", "Next"], name);
    const value = valueAt(choice.Variable, data, context);
    if (value === (choice.StringEquals ?? choice.NumericEquals)) return text(choice.Next);
  }
  return text(state.Default);
}

async function runTask(run: Run, state: Fields, data: Json, context: MachineContext, name: string): Promise<Json> {
  known(
    state,
    [
      ...["Type", "Comment", "Resource", "Parameters", "TimeoutSeconds", "Retry", "Catch"],
      ...["OutputPath", "ResultPath", "Next", "End"],
    ],
    name,
  );
  if (state.Resource !== "arn:aws:states:::lambda:invoke") throw new Error(`${name}: a task of ${state.Resource}`);
  const { FunctionName, Payload } = fields(template(state.Parameters ?? null, data, context));
  const called = /^\$\{(\w+)\}$/.exec(text(FunctionName))?.[1] ?? "";
  return retried(run, state, async () => ({ Payload: await run.invoke(called, Payload ?? null), StatusCode: 200 }));
}

async function runMap(run: Run, state: Fields, data: Json, context: MachineContext, name: string): Promise<Json> {
  known(
    state,
    [
      ...["Type", "Comment", "Label", "MaxConcurrency", "ToleratedFailurePercentage", "ItemReader", "ItemSelector"],
      ...["ItemProcessor", "ResultWriter", "ResultPath", "Catch", "Next", "End"],
    ],
    name,
  );
  const [reader, writer, processor] = [state.ItemReader, state.ResultWriter, state.ItemProcessor].map((one) =>
    fields(one ?? null),
  ) as [Fields, Fields, Fields];
  known(reader, ["Resource", "Parameters"], name);
  known(writer, ["Resource", "Parameters"], name);
  known(processor, ["ProcessorConfig", "StartAt", "States"], name);
  known(fields(processor.ProcessorConfig ?? null), ["Mode", "ExecutionType"], name);
  if (reader.Resource !== "arn:aws:states:::s3:listObjectsV2") throw new Error(`${name}: reads ${reader.Resource}`);
  if (writer.Resource !== "arn:aws:states:::s3:putObject") throw new Error(`${name}: writes ${writer.Resource}`);
  const from = fields(template(reader.Parameters ?? null, data, context));
  const to = fields(template(writer.Parameters ?? null, data, context));
  const items = await run.list(text(from.Bucket), text(from.Prefix));
  const tolerated = (items.length * Number(state.ToleratedFailurePercentage)) / 100;
  const waiting = items.entries();
  const failed: Fields[] = [];
  const done: Fields[] = [];
  let underWay = 0;

  async function work(): Promise<void> {
    for (const [, item] of waiting) {
      if (failed.length > tolerated) return;
      underWay += 1;
      run.most.atOnce = Math.max(run.most.atOnce, underWay);
      const own = { ...context, item };
      const Input = template(state.ItemSelector ?? null, data, own);
      try {
        const Output = await runStates(run, processor, Input, own, `${name}.`);
        done.push({ Input: JSON.stringify(Input), Output: JSON.stringify(Output), Status: "SUCCEEDED" });
      } catch (error) {
        if (!(error instanceof TaskFailure)) throw error;
        failed.push({ Input: JSON.stringify(Input), Error: error.error, Cause: error.cause_, Status: "FAILED" });
      } finally {
        underWay -= 1;
      }
    }
  }

  await Promise.all(Array.from({ length: Number(state.MaxConcurrency) }, work));
  const folder = `${text(to.Prefix)}/0123`.replaceAll("//", "/");
  const files = { FAILED: failed, SUCCEEDED: done };
  for (const [status, results] of Object.entries(files)) {
    await run.put(text(to.Bucket), `${folder}/${status}_0.json`, JSON.stringify(results));
  }
  if (failed.length > tolerated) {
    const cause = "The specified tolerated failure threshold was exceeded";
    throw new TaskFailure("States.ExceedToleratedFailureThreshold", cause);
  }
  await run.put(text(to.Bucket), `${folder}/manifest.json`, "{}");
  return { MapRunArn: "arn", ResultWriterDetails: { Bucket: text(to.Bucket), Key: `${folder}/manifest.json` } };
}

/** A result that goes where the state says, or an error that the state catches. */
async function caught(state: Fields, data: Json, work: () => Promise<Json>): Promise<Step> {
  try {
    const result = await work();
    const whole = withResult(state.ResultPath, data, result);
    return { next: nextOf(state), output: state.OutputPath === undefined ? whole : valueAt(state.OutputPath, whole) };
  } catch (error) {
    if (!(error instanceof TaskFailure)) throw error;
    const catchers = list(state.Catch ?? []).map(fields);
    const catcher = catchers.find((one) => matches(one, error.error));
    if (catcher === undefined) throw error;
    known(catcher, ["ErrorEquals", "ResultPath", "Next"], "a catcher");
    const told = { Error: error.error, Cause: error.cause_ };
    return { next: text(catcher.Next), output: withResult(catcher.ResultPath, data, told) };
  }
}

async function retried(run: Run, state: Fields, work: () => Promise<Json>): Promise<Json> {
  const retriers = list(state.Retry ?? []).map(fields);
  const spent = new Map<Fields, number>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      const retrier = retriers.find((one) => matches(one, error.error));
      if (retrier === undefined) throw error;
      known(
        retrier,
        ["ErrorEquals", "IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "MaxAttempts", "JitterStrategy"],
        "a retrier",
      );
      const attempt = spent.get(retrier) ?? 0;
      if (attempt >= Number(retrier.MaxAttempts ?? 3)) throw error;
      spent.set(retrier, attempt + 1);
      const seconds = Number(retrier.IntervalSeconds ?? 1) * Number(retrier.BackoffRate ?? 2) ** attempt;
      run.onWait?.(Math.min(seconds, Number(retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY)));
    }
  }
}

function matches({ ErrorEquals }: Fields, error: string): boolean {
  const names = list(ErrorEquals ?? []);
  if (names.some((one) => String(one).startsWith("States.") && one !== "States.ALL")) {
    throw new Error(`${names}: only States.ALL is known here`);
  }
  return names.includes(error) || names.includes("States.ALL");
}

function nextOf({ Next, End }: Fields): string | undefined {
  if (Next === undefined && End !== true) throw new Error("a state without Next and End");
  return Next === undefined ? undefined : text(Next);
}

function known(given: Fields, names: readonly string[], where: string): void {
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${where}: ${unknown.join(", ")} is not known here`);
}
