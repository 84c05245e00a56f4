import { describe, expect, it } from "vitest";
import { kratos, kratosFamily } from "../../lib/hashes/kratos.ts";
import { describeFamily } from "./family-suite.ts";
import { refusal, verdict } from "./refusal.ts";

describeFamily(kratosFamily);

const template = (text: string): string => Buffer.from(text).toString("base64");

describe("kratos", () => {
  it("puts the salt where the template has it, as often as it has it", async () => {
    // sha1("s-p-s"), by sha1sum.
    const digest = Buffer.from("7738b5a7165d2f82fe559f9c8a35d800e7a8e1bd", "hex").toString("base64");
    const text = `$sha1$pf=${template("{SALT}-{PASSWORD}-{SALT}")}$${template("s")}$${digest}`;
    expect(await verdict(kratos(), text, "p")).toBe("match");
    expect(await verdict(kratos(), text, "{SALT}")).toBe("mismatch");
  });

  it("refuses a template without the password, which would let everybody in", () => {
    const text = `$md5$pf=${template("{SALT}")}$MTIz$ICy5YqxZB1uWSwcVLSNLcA==`;
    expect(refusal(kratos(), text).message).toBe("kratos: a template without {PASSWORD}");
  });

  it("leaves to others what they write too, and takes it from rows that name the format", () => {
    const encoded = "$2b$10$DLnaLO9OKf4zi6m1.56XKuAgK331rawyyQrc/InUXgTFHziv4q2Xi";
    expect(kratos().recognizes({ encoded })).toBe(false);
    expect(kratos().recognizes({ encoded, format: "kratos" })).toBe(true);
  });

  it("refuses more memory than its bounds", () => {
    const key = Buffer.alloc(64).toString("base64");
    expect(refusal(kratos(), `$firescrypt$ln=20,r=8,p=1$c2FsdA==$${key}$Bw==$${key}`).code).toBe("HASH_TOO_COSTLY");
  });
});
