import type { Migration } from "../../config/define-migration.ts";
import type { Admitted } from "../../core/outcome.ts";
import type { Secret } from "../../core/secret.ts";
import { checkNaming, type Finding } from "../../wiring/preflight.ts";
import { reasonOf } from "../../wiring/reason.ts";
import { type AnsweredUser, answeredUser } from "../../wiring/user-rules/answered-user.ts";
import { checkPassword } from "../../wiring/user-rules/password.ts";
import { findTaken } from "../../wiring/user-rules/taken.ts";
import { checkUser } from "../../wiring/user-rules/user-rules.ts";
import { dim } from "../paint.ts";
import { describeFindings, describeResult } from "./show-findings.ts";
import type { TriedPool } from "./tried-pool.ts";

/** The pool's rules in the course of one trial: the user first, the password once it is known to be right. */
export interface Rules {
  hold(admitted: Admitted | undefined, typed: string): Promise<void>;
  holdPassword(password: Secret): void;
  /** Tells the result, and answers the exit code: 1 when something stands in the way. */
  end(): number;
}

export interface RulesSetting {
  readonly migration: Migration;
  readonly tried: TriedPool;
  readonly taken: boolean;
}

export function openRules({ migration, tried, taken }: RulesSetting, print: (text: string) => void): Rules {
  const found: Finding[] = [];
  let held: AnsweredUser | undefined;
  const tell = (heading: string, findings: readonly Finding[]): void => {
    found.push(...findings);
    if (findings.length === 0) return;
    print(`  ${dim(heading)}`);
    print(describeFindings(findings, process.stdout.columns));
  };
  return {
    async hold(admitted, typed) {
      if (tried.kind === "none") return;
      const { pool, cognito } = tried;
      const heading = `rules of the user pool ${pool.Id} (${pool.Name ?? "no name"}) that do not fit`;
      // Without a name in the pool there is nothing that it could be asked to take.
      if (admitted === undefined) return tell(heading, checkNaming(pool, migration));
      held = answeredUser(admitted, typed);
      tell(heading, [
        ...checkNaming(pool, migration),
        ...checkUser(pool, held),
        ...(taken ? await findTaken(cognito, pool, held).catch(notKnown) : []),
      ]);
    },
    holdPassword(password) {
      if (tried.kind === "none" || held === undefined) return;
      const weak = migration.weakPassword(password.revealText());
      tell("rules for the password", checkPassword(tried.pool, held, { password, weak }));
    },
    end() {
      if (held !== undefined || found.length > 0) print(describeResult(found));
      return found.some(({ level }) => level === "stop") ? 1 : 0;
    },
  };
}

function notKnown(error: unknown): readonly Finding[] {
  const text = `Whether another user of the pool has the names is not known: ${reasonOf(error)}`;
  return [{ level: "warn", about: "taken", text }];
}
