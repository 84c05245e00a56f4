import { afterAll, beforeAll, expect } from "vitest";
import { type Heard, type HttpDouble, startDouble, type Told } from "./http-double.ts";

/** A double for all tests of a suite. */
export function doubleForSuite(answer: (heard: Heard) => Told): () => HttpDouble {
  let double: HttpDouble | undefined;
  beforeAll(async () => {
    double = await startDouble(answer);
  });
  afterAll(() => double?.stop());
  return () => double ?? expect.unreachable("asked before the suite began");
}

/** A token of the form that identity services give, with a signature that nobody made. */
export function aToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.canary-signature`;
}
