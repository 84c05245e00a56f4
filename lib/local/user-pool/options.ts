import { type ImportedAlgorithm, importedAlgorithms } from "./import/imported-hash.ts";

/** What a trigger's function said: its answer, or the error it ended with. */
export type TriggerAnswer =
  | { readonly kind: "answer"; readonly payload: unknown }
  | { readonly kind: "error"; readonly errorType?: string; readonly errorMessage: string };

/** Why a code was sent. `invitation` carries the temporary password of a user whom an administrator made. */
export type CodePurpose = "sign-up" | "forgotten-password" | "attribute" | "invitation";

export interface CodeMessage {
  readonly destination: string;
  readonly medium: "EMAIL" | "SMS";
  readonly code: string;
  readonly purpose: CodePurpose;
}

/** A step of the simulator, for people who watch. Holds no password, code, token or attribute value. */
export type PoolEvent =
  | { readonly kind: "request"; readonly action: string; readonly error: string | undefined }
  | { readonly kind: "trigger-called"; readonly pool: string; readonly source: string; readonly attempt: number }
  | {
      readonly kind: "trigger-answered";
      readonly pool: string;
      readonly source: string;
      readonly attempt: number;
      /** `late`: the answer came after its attempt was given up, and nobody uses it. */
      readonly result: "answer" | "error" | "no-answer" | "unavailable" | "late";
      readonly ms: number;
    }
  | { readonly kind: "user-created"; readonly pool: string; readonly username: string; readonly status: string }
  /** A migration without messageAction SUPPRESS sends Cognito's welcome message to somebody who is no new user. */
  | { readonly kind: "welcome-sent"; readonly pool: string; readonly username: string }
  | { readonly kind: "code-delivered"; readonly pool: string; readonly destination: string; readonly purpose: string }
  /** A defect of the simulator itself; `name` is the error's class. */
  | { readonly kind: "defect"; readonly action: string; readonly name: string };

export interface UserPoolOptions {
  /** Port on the loopback interface; 0 takes a free one. */
  readonly port?: number;
  /**
   * Calls a trigger: the function's ARN or name as the pool has it, and the event. A promise that never settles is a
   * function that does not answer; a rejection is one that could not be called (no permission, throttled, absent).
   * `taken` starts the attempt's time anew: for a runner with few environments, where an event waits for its turn.
   */
  readonly invoke: (functionArn: string, event: unknown, taken: () => void) => Promise<TriggerAnswer>;
  readonly region?: string;
  readonly now?: () => Date;
  /** How long one attempt may take, milliseconds. Cognito's is 5000 and cannot be changed there. */
  readonly triggerTimeoutMs?: number;
  readonly onEvent?: (event: PoolEvent) => void;
  /** Gets the codes that Cognito would send by e-mail or SMS. */
  readonly deliver?: (message: CodeMessage) => void;
  /**
   * When PreAuthentication is called with `userNotFound: true`. AWS does not say whether it comes before or after the
   * migration trigger, so a hook should be tested with both. Only for clients with PreventUserExistenceErrors ENABLED.
   */
  readonly preAuthenticationOfUnknown?: "before-migration" | "after-migration" | "never";
  /**
   * What a migration answer without `finalUserStatus` means. The guide says CONFIRMED; users report RESET_REQUIRED. The
   * default is the one that shows a hook that forgot the field.
   */
  readonly unsetFinalUserStatus?: "RESET_REQUIRED" | "CONFIRMED";
  /** How many looks (DescribeUserImportJob, ListUserImportJobs) an import job's rows are spread over; default 3. */
  readonly importLooks?: number;
  /** The number of failed and skipped users that ends a running import job; without it only the end counts them. */
  readonly importAbortAfter?: number;
  /** The hash algorithms that import jobs may name; with none the pool is one that takes no hashes. */
  readonly importAlgorithms?: readonly ImportedAlgorithm[];
  /** Log events on a page of CloudWatch Logs where the request names no limit; default 10,000 as there. */
  readonly logPageSize?: number;
}

/** The options with every default in its place. */
export type Settings = Required<Omit<UserPoolOptions, "port">>;

export function withDefaults(options: UserPoolOptions): Settings {
  return {
    invoke: options.invoke,
    region: options.region ?? "eu-west-1",
    now: options.now ?? (() => new Date()),
    triggerTimeoutMs: options.triggerTimeoutMs ?? 5000,
    onEvent: options.onEvent ?? ignore,
    deliver: options.deliver ?? ignore,
    preAuthenticationOfUnknown: options.preAuthenticationOfUnknown ?? "after-migration",
    unsetFinalUserStatus: options.unsetFinalUserStatus ?? "RESET_REQUIRED",
    importLooks: options.importLooks ?? 3,
    importAbortAfter: options.importAbortAfter ?? Number.POSITIVE_INFINITY,
    importAlgorithms: options.importAlgorithms ?? importedAlgorithms,
    logPageSize: options.logPageSize ?? 10_000,
  };
}

function ignore(): void {
  // Nobody watches.
}
