/** Why something failed, for the person at the terminal: our own and AWS's messages, never a stack. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // AWS's errors are named for what is wrong, and some of their messages are not.
  const name = error.name === "Error" || error.name === "TypeError" ? "" : `${error.name}: `;
  return "code" in error && typeof error.code === "string"
    ? `${error.code}: ${error.message}`
    : `${name}${error.message}`;
}
