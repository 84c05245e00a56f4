// The data of a state machine's states: payload templates and paths, as far as the definition uses them.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Fields = Readonly<Record<string, Json>>;

/** An error of the state machine, by the name that it is retried and caught by. */
export class TaskFailure extends Error {
  readonly error: string;
  readonly cause_: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause_ = cause;
  }
}

export interface MachineContext {
  readonly execution: string;
  readonly item?: Json;
}

export function withResult(path: Json | undefined, data: Json, result: Json): Json {
  if (path === undefined || path === "$") return result;
  if (path === null) return data;
  const member = /^\$\.(\w+)$/.exec(text(path))?.[1];
  if (member === undefined) throw new Error(`ResultPath ${path} is not known here`);
  return { ...fields(data), [member]: result };
}

/** A payload template: members whose name ends with `.$` are paths. */
export function template(given: Json, data: Json, context: MachineContext): Json {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) =>
      name.endsWith(".$") ? [name.slice(0, -2), valueAt(value, data, context)] : [name, template(value, data, context)],
    ),
  );
}

export function valueAt(path: Json | undefined, data: Json, context?: MachineContext): Json {
  if (path === "$$.Execution.Id" && context !== undefined) return context.execution;
  if (path === "$$.Map.Item.Value.Key" && context?.item !== undefined) return fields(context.item).Key ?? "";
  if (!/^\$(?:\.\w+)*$/.test(text(path ?? null))) throw new Error(`the path ${path} is not known here`);
  let value: Json | undefined = data;
  for (const member of text(path ?? null)
    .split(".")
    .slice(1))
    value = fields(value ?? null)[member];
  if (value === undefined) throw new TaskFailure("States.Runtime", `there is nothing at ${path}`);
  return value;
}

export function fields(value: Json): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("no object");
  return value as Fields;
}

export function list(value: Json | undefined): readonly Json[] {
  if (!Array.isArray(value)) throw new Error("no list");
  return value;
}

export function text(value: Json | undefined): string {
  if (typeof value !== "string") throw new Error("no text");
  return value;
}
