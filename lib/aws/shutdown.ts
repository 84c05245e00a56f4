/**
 * Closes what is open when Lambda ends the environment, so that a database need not find out by itself. Lambda sends
 * SIGTERM where an extension is registered (CloudWatch Lambda Insights is one), and kills 300 ms to 2 s later.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
export function closeAtShutdown(close: () => Promise<void>): void {
  process.once("SIGTERM", () => {
    // Nobody waits for an answer any more: a failure to say goodbye ends as the goodbye does.
    close()
      .catch(() => undefined)
      .finally(() => process.exit(0));
  });
}
