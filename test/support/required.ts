/**
 * Why a test that needs a server of this machine is skipped, or undefined when it can run. In CI nothing is skipped: a
 * missing server fails there.
 * @throws Error when SAMEKEY_REQUIRE_SERVERS is 1 and the server is missing.
 */
export function missing(server: string, present: boolean, remedy: string): string | undefined {
  if (present) return undefined;
  const reason = `${server} is not on this machine: ${remedy}`;
  if (process.env.SAMEKEY_REQUIRE_SERVERS === "1") throw new Error(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}
