import migration from "#migration";
import { hasStreamWork, joins } from "../lib/config/define-migration.ts";

// Run by config-facts.cjs, which says what each of these is. The config is read in a process of its own, so that what it opens ends with that process.
const hashes = migration.passwords.flatMap((format) => {
  if (format.decoy === undefined) return [];
  const { costMs, memoryBytes } = format.parse(format.decoy);
  return [{ name: format.name, costMs, memoryBytes }];
});
const facts = {
  mode: migration.mode,
  userNames: migration.userNames,
  usernameCase: migration.usernameCase,
  federated: migration.federated,
  throttles: migration.throttle !== undefined,
  hasCircuit: migration.mode === "migrate" && migration.throttle?.circuit !== undefined,
  gateAsks: migration.gate.legacyCheck,
  hasStreamWork: hasStreamWork(migration),
  marks: migration.sources.some(({ mark }) => mark !== undefined),
  joins: joins(migration),
  drift: migration.drift?.rule ?? "none",
  vaultKey: migration.vault?.key.id ?? "",
  erasureKey: migration.erasure?.key.name ?? "",
  hashes,
};
process.stdout.write(JSON.stringify(facts));
