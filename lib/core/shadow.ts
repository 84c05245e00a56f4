import { agreementOf } from "./agreement.ts";
import { type Deadline, openDeadline } from "./deadline.ts";
import { type ErrorCode, MigrationError } from "./errors.ts";
import type { Decision, Shadowed } from "./outcome.ts";
import type { Ledger, LedgerUser, LegacySource, ShadowEntry, ShadowLog } from "./ports.ts";
import type { RequestOf } from "./request.ts";
import { lookUp, type SignInServices, signIn } from "./sign-in.ts";

/** What a shadow run needs besides. */
export interface ShadowServices extends SignInServices {
  readonly shadowLog: ShadowLog;
}

type LegacyIdentity = Pick<LedgerUser, "source" | "legacyId">;
type Notice = (user: LegacyIdentity) => void;

// Writing down stands in the way of an answer, and a slow ledger must not make every sign-in of the app slow.
const recordLimitMs = 1000;

/**
 * A sign-in or a forgotten password of a shadow run: all the work of `signIn` and `lookUp`, their decision written down,
 * and nobody moved. A fault of a system is counted and thrown, as in a migration: alarms are a part of what is tried.
 */
export async function shadow(
  request: RequestOf<"sign-in"> | RequestOf<"look-up">,
  services: ShadowServices,
  deadline: Deadline,
): Promise<Shadowed> {
  let known: LegacyIdentity | undefined;
  const notice: Notice = ({ source, legacyId }) => {
    known = { source, legacyId };
  };
  const harmless = {
    ...services,
    ledger: readOnly(services.ledger, notice),
    sources: services.sources.map((source) => watched(source, notice)),
  };
  const told: ShadowEntry["told"] = (request.kind === "sign-in" ? request.legacyVerdict : undefined) ?? "untold";
  const note = (came: Pick<ShadowEntry, "would" | "code">) => {
    const entry: ShadowEntry = { request: request.kind, told, at: services.now(), ...came };
    const concerns = isCase(entry) ? known : undefined;
    return recorded(services.shadowLog, concerns === undefined ? entry : { ...entry, concerns }, deadline);
  };

  let would: Decision;
  try {
    would =
      request.kind === "sign-in"
        ? await signIn(request, harmless, deadline)
        : await lookUp(request, harmless, deadline);
  } catch (error) {
    // What cannot be written down now is not told besides: the fault itself is, and it comes first.
    await note({ would: "fault", ...(error instanceof MigrationError ? { code: error.code } : {}) });
    throw error;
  }
  const unrecorded = await note(describe(would));
  return unrecorded === undefined ? { kind: "shadowed", would } : { kind: "shadowed", would, unrecorded };
}

function describe(decision: Decision): Pick<ShadowEntry, "would" | "code"> {
  switch (decision.kind) {
    case "verified":
      return { would: decision.weak ? "weak" : "verified" };
    case "found":
      return { would: "found" };
    case "denied": {
      const { reason, code } = decision;
      return { would: reason, ...(code === undefined ? {} : { code }) };
    }
    case "allowed":
      throw new Error("neither a sign-in nor a look-up is answered by `allowed`");
  }
}

function isCase(entry: Pick<ShadowEntry, "told" | "would">): boolean {
  const agreement = agreementOf(entry);
  return agreement === "would-refuse" || agreement === "would-admit" || entry.would === "unusable-record";
}

/** @returns the code of the fault when it could not be written down. */
async function recorded(log: ShadowLog, entry: ShadowEntry, deadline: Deadline): Promise<ErrorCode | undefined> {
  const limit = openDeadline(Math.min(recordLimitMs, deadline.leftMs()));
  try {
    await log.record(entry, limit.signal);
    return undefined;
  } catch (error) {
    return error instanceof MigrationError ? error.code : "LEDGER_UNAVAILABLE";
  } finally {
    limit.clear();
  }
}

/** The ledger as it stands: a change is answered as done, and none is made. */
function readOnly(ledger: Ledger, notice: Notice): Ledger {
  return {
    async find(keys, signal) {
      const row = await ledger.find(keys, signal);
      if (row !== undefined && row.state !== "erased") notice(row);
      return row;
    },
    async change({ after }) {
      return { kind: "done", user: after };
    },
  };
}

/** The source, watched for whom it finds: a refusal's decision no longer says who was meant. */
function watched(source: LegacySource, notice: Notice): LegacySource {
  const { name, lookups, find, authenticate } = source;
  return {
    name,
    lookups,
    ...(find === undefined
      ? {}
      : {
          async find(by, signal) {
            const user = await find.call(source, by, signal);
            if (user !== undefined) notice({ source: user.source, legacyId: user.id });
            return user;
          },
        }),
    ...(authenticate === undefined
      ? {}
      : {
          async authenticate(by, password, signal) {
            const answer = await authenticate.call(source, by, password, signal);
            if (answer.kind === "match") notice({ source: answer.user.source, legacyId: answer.user.id });
            return answer;
          },
        }),
  };
}
