import { createHash, randomBytes, randomUUID } from "node:crypto";

/** A person's signed-in session: it ends by sign-out, by deletion of the user, or when the refresh token ends. */
export interface Session {
  /** `origin_jti` of the tokens. */
  readonly id: string;
  readonly sub: string;
  readonly clientId: string;
  /** When the password was checked; refreshed tokens keep it. */
  readonly authTime: Date;
  readonly until: Date;
}

/** A sign-in that waits for an answer (NEW_PASSWORD_REQUIRED). */
export interface Challenge {
  readonly sub: string;
  readonly clientId: string;
  readonly until: Date;
}

export interface SessionStore {
  open(session: Omit<Session, "id">): { readonly session: Session; readonly refreshToken: string };
  byRefreshToken(token: string): Session | undefined;
  isLive(id: string): boolean;
  /** Ends every session and waiting challenge of a user. */
  endAll(sub: string): void;
  challenge(challenge: Challenge): string;
  challenged(token: string): Challenge | undefined;
  answered(token: string): void;
}

export function openSessionStore(): SessionStore {
  const byId = new Map<string, Session>();
  const byToken = new Map<string, Session>();
  const challenges = new Map<string, Challenge>();
  return {
    open: (given) => {
      const session = { ...given, id: randomUUID() };
      const refreshToken = randomBytes(48).toString("base64url");
      byId.set(session.id, session);
      byToken.set(digest(refreshToken), session);
      return { session, refreshToken };
    },
    byRefreshToken: (token) => byToken.get(digest(token)),
    isLive: (id) => byId.has(id),
    endAll: (sub) => {
      removeWhere(byId, (session) => session.sub === sub);
      removeWhere(byToken, (session) => session.sub === sub);
      removeWhere(challenges, (challenge) => challenge.sub === sub);
    },
    challenge: (challenge) => {
      const token = randomBytes(48).toString("base64url");
      challenges.set(digest(token), challenge);
      return token;
    },
    challenged: (token) => challenges.get(digest(token)),
    answered: (token) => {
      challenges.delete(digest(token));
    },
  };
}

function removeWhere<T>(map: Map<string, T>, test: (value: T) => boolean): void {
  for (const [key, value] of map) if (test(value)) map.delete(key);
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
