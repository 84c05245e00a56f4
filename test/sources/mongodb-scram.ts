import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

export type ScramStep =
  | { readonly kind: "more"; readonly payload: string }
  | { readonly kind: "proved"; readonly payload: string }
  | { readonly kind: "refused" };

const iterations = 4096;

/**
 * The server's side of SCRAM-SHA-256 (RFC 7677, RFC 5802), for one conversation.
 * @param passwordOf Undefined for a user who is not there.
 */
export function scramConversation(passwordOf: (user: string) => string | undefined) {
  let clientFirst = "";
  let serverFirst = "";
  let user = "";
  const salt = randomBytes(16);
  return {
    start(payload: string): ScramStep {
      clientFirst = payload.replace(/^n,,/, "");
      const [, name = "", nonce = ""] = /^n=([^,]*),r=(.*)$/.exec(clientFirst) ?? [];
      user = name.replaceAll("=2C", ",").replaceAll("=3D", "=");
      if (passwordOf(user) === undefined) return { kind: "refused" };
      serverFirst = `r=${nonce}${randomBytes(12).toString("base64")},s=${salt.toString("base64")},i=${iterations}`;
      return { kind: "more", payload: serverFirst };
    },
    finish(payload: string): ScramStep {
      const [, withoutProof = "", proof = ""] = /^(.*),p=(.*)$/.exec(payload) ?? [];
      const salted = pbkdf2Sync(passwordOf(user) ?? "", salt, iterations, 32, "sha256");
      const message = `${clientFirst},${serverFirst},${withoutProof}`;
      const hmac = (key: Buffer, text: string) => createHmac("sha256", key).update(text).digest();
      const signature = hmac(createHash("sha256").update(hmac(salted, "Client Key")).digest(), message);
      const clientKey = Buffer.from(proof, "base64").map((byte, place) => byte ^ (signature[place] ?? 0));
      if (!Buffer.from(clientKey).equals(hmac(salted, "Client Key"))) return { kind: "refused" };
      return { kind: "proved", payload: `v=${hmac(hmac(salted, "Server Key"), message).toString("base64")}` };
    },
    user: () => user,
  };
}
