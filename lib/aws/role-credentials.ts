import type { AssumedRole, RoleCredentials } from "./assumed-role.ts";

/** Credentials of a role for a client. What asks for them is loaded only where there is a role. */
export function roleCredentials(role: AssumedRole, region: string | undefined): () => Promise<RoleCredentials> {
  const loading = import("./assumed-role.ts").then(({ assumedRole }) => assumedRole(role, region));
  // Met again by the first request.
  loading.catch(() => undefined);
  return async () => (await loading)();
}
