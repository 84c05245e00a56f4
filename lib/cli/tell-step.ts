import type { LedgerUser } from "../core/ports.ts";
import type { Asked, Observer } from "../local/run/observer.ts";
import type { openScene, Step } from "../local/run/story.ts";
import { bad, bold, dim, good } from "./paint.ts";

/** Runs one step of the story and tells it: what was promised, who was asked, how long it took, what the ledger says. */
export async function tellStep(
  step: Step,
  number: number,
  scene: ReturnType<typeof openScene>,
  observer: Observer,
): Promise<{ readonly text: string; readonly kept: boolean }> {
  await scene.begin();
  const before = step.who === undefined ? undefined : await scene.row(step.who);
  observer.take();
  const startedAt = performance.now();
  const promised = await step.run(scene);
  const ms = Math.round(performance.now() - startedAt);
  const asked = observer.take();
  const lookups = await scene.legacyLookups();
  const after = step.who === undefined ? undefined : await scene.row(step.who);
  const lines = [
    `\n${bold(`${number}  ${step.title}`)}${dim(`  ${ms} ms`)}`,
    ...promised.map(({ text, kept }) => `   ${kept ? good("✓") : bad("✗")} ${text}`),
    dim(`     asked   ${describeAsked(asked, lookups)}`),
    ...(step.who === undefined
      ? []
      : [dim(`     ledger  ${step.who}: ${describeRow(before)} → ${describeRow(after)}`)]),
  ];
  return { text: lines.join("\n"), kept: promised.every(({ kept }) => kept) };
}

const triggerNames: Readonly<Record<string, string>> = {
  UserMigration_Authentication: "migration",
  UserMigration_ForgotPassword: "migration (forgotten password)",
  PreSignUp_AdminCreateUser: "pre-sign-up (by the pool)",
  PreSignUp_SignUp: "pre-sign-up",
  PreAuthentication_Authentication: "pre-authentication",
  PostAuthentication_Authentication: "post-authentication",
  PostConfirmation_ConfirmForgotPassword: "post-confirmation",
  PostConfirmation_ConfirmSignUp: "post-confirmation",
};

function describeAsked({ triggers, coldStarts }: Asked, lookups: number): string {
  const called = [...triggers].map(
    ([source, times]) => `${triggerNames[source] ?? source}${times === 1 ? "" : ` ×${times}`}`,
  );
  const legacy =
    lookups === 0 ? "legacy database not asked" : `legacy database ${lookups === 1 ? "once" : `${lookups} times`}`;
  const cold = coldStarts === 0 ? [] : [`${coldStarts} cold start${coldStarts === 1 ? "" : "s"}`];
  return [called.length === 0 ? "no trigger" : called.join(", "), legacy, ...cold].join("; ");
}

function describeRow(row: LedgerUser | undefined): string {
  return row === undefined ? "no row" : row.state;
}
