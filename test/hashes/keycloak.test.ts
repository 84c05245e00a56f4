import { describe, expect, it } from "vitest";
import { bcrypt } from "../../lib/hashes/bcrypt.ts";
import { keycloak, keycloakFamily } from "../../lib/hashes/keycloak.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(keycloakFamily);

const value = "LjFqvhPuUHJdQvWIwVQfqxjeujAWqG/DVQRFoOv62/cTznl9ob4jwWwY6i1RrwGviu5iNPU5VIp03SxDyetyfw==";
const salt = "jVqbuA9k2Mlo37OWXBMKLw==";
const data = { hashIterations: 27500, algorithm: "pbkdf2-sha256" };

describe("keycloak", () => {
  it("takes a credential of a realm export, whose data are texts of JSON", async () => {
    const credential = {
      ...{ id: "b5b5", type: "password", createdDate: 1 },
      ...{ secretData: JSON.stringify({ value, salt }), credentialData: JSON.stringify(data) },
    };
    expect(await verdict(keycloak(), JSON.stringify(credential), "password")).toBe("match");
    expect(keycloak().recognizes({ encoded: JSON.stringify(credential) })).toBe(true);
  });

  it("takes the flat credential of Keycloak before 8", async () => {
    const credential = { type: "password", hashedSaltedValue: value, salt, ...data, counter: 0, digits: 0 };
    expect(await verdict(keycloak(), JSON.stringify(credential), "password")).toBe("match");
  });

  it("hands the value of a plug-in's algorithm to the formats in its settings", async () => {
    const secretData = { value: "$2b$05$E87ZXCMxYEy1G0Zan1PQYOpRfM887K8Zg.6O9Br3zxdwakaCkUmHe", salt: "" };
    const text = JSON.stringify({ secretData, credentialData: { algorithm: "bcrypt", hashIterations: 5 } });
    expect(await verdict(keycloak({ formats: [bcrypt()] }), text, "a".repeat(72))).toBe("match");
    expect(refusal(keycloak(), text).code).toBe("HASH_UNKNOWN");
  });

  it("refuses iterations that are no whole number, and too many of them", () => {
    const text = (hashIterations: unknown): string =>
      JSON.stringify({ secretData: { value, salt }, credentialData: { ...data, hashIterations } });
    expect(refusal(keycloak(), text(1.5)).code).toBe("HASH_DAMAGED");
    expect(refusal(keycloak(), text("1e9")).code).toBe("HASH_DAMAGED");
    expect(refusal(keycloak(), text(2_000_000_000)).code).toBe("HASH_TOO_COSTLY");
  });
});
