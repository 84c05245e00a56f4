import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { MigrationError } from "../../lib/core/errors.ts";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { type CustomPasswordSettings, customPassword } from "../../lib/hashes/custom-password.ts";

type Verify = CustomPasswordSettings["verify"];

const stored = { format: "house", encoded: "house-hash-1" };
const password = "correct horse";

function ask(verify: Verify, signal = new AbortController().signal, timeLimitMs = 1000): Promise<string> {
  const format = customPassword({ name: "house", verify, timeLimitMs });
  return format.parse(stored).verify(Secret.fromText(password), signal);
}

async function fault(answer: Promise<string>): Promise<MigrationError> {
  const error = await answer.then(
    (verdict) => new Error(`no fault but ${verdict}`),
    (reason: unknown) => reason,
  );
  if (error instanceof MigrationError) return error;
  throw error;
}

describe("customPassword", () => {
  it("gives the function the typed password and the whole row", async () => {
    const seen: unknown[] = [];
    expect(await ask((...given) => seen.push(given[0], given[1]) > 0)).toBe("match");
    expect(seen).toEqual([password, stored]);
  });

  it("takes true as a match and false as a mismatch, promised or not", async () => {
    expect(await ask(() => true)).toBe("match");
    expect(await ask(() => false)).toBe("mismatch");
    expect(await ask(async () => true)).toBe("match");
    expect(await ask(async () => false)).toBe("mismatch");
  });

  it("takes only rows that name it, and says that it can take the rest", () => {
    const format = customPassword({ name: "house", verify: () => true });
    expect(format.recognizes(stored)).toBe(true);
    expect(format.recognizes({ encoded: stored.encoded })).toBe(false);
    expect(format.recognizes({ ...stored, format: "bcrypt" })).toBe(false);
    expect(format.takesTheRest).toBe(true);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("database gone");
      },
    ],
    ["rejects", () => Promise.reject(new Error("database gone"))],
  ] satisfies [string, Verify][])("calls it a fault when the function %s, and keeps the cause", async (_, verify) => {
    const error = await fault(ask(verify));
    expect(error.code).toBe("PASSWORD_FUNCTION_FAILED");
    expect(error.message).toBe("house: verify threw");
    expect(inspect(error.cause)).toContain("database gone");
  });

  it.each([password, stored.encoded])("drops a cause that repeats a secret: %s", async (secret) => {
    const error = await fault(ask(() => Promise.reject(new Error("outer", { cause: { query: [secret] } }))));
    expect(error.code).toBe("PASSWORD_FUNCTION_FAILED");
    expect(inspect(error, { depth: 10 })).not.toContain(secret);
  });

  it.each([undefined, 1, "true", {}])("refuses to read %j as an answer", async (answer) => {
    const verify: Verify = () => JSON.parse(JSON.stringify({ answer })).answer;
    const error = await fault(ask(verify));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain(`verify returned ${typeof answer}`);
  });

  it("stops waiting at the time limit and tells the function so", async () => {
    const told: boolean[] = [];
    const never: Verify = (_password, _stored, signal) => {
      signal.addEventListener("abort", () => told.push(signal.aborted));
      return new Promise(() => undefined);
    };
    const error = await fault(ask(never, new AbortController().signal, 50));
    expect(error.code).toBe("PASSWORD_FUNCTION_FAILED");
    expect(error.message).toBe("house: verify gave no answer within 50 ms");
    expect(told).toEqual([true]);
  });

  it("stops waiting when the event's deadline is over, with the deadline's own error", async () => {
    const controller = new AbortController();
    const over = new MigrationError("DEADLINE_EXCEEDED", "over");
    const answer = fault(ask(() => new Promise(() => undefined), controller.signal));
    controller.abort(over);
    expect(await answer).toBe(over);
  });

  it("does not begin when the deadline is already over", async () => {
    const calls: string[] = [];
    const over = new MigrationError("DEADLINE_EXCEEDED", "over");
    expect(await fault(ask((given) => calls.push(given) > 0, AbortSignal.abort(over)))).toBe(over);
    expect(calls).toEqual([]);
  });

  it("reports all wrong settings at once", () => {
    const wrong = { name: "House 1", verify: "bcrypt", timeLimitMs: 0 };
    const format = customPassword(wrong as unknown as CustomPasswordSettings);
    expect(settingFaultsOf(format).map((one) => one.path)).toEqual(["name", "verify", "timeLimitMs"]);
  });
});

describe("customPassword, the other half", () => {
  const make = (hash: (password: string) => unknown) =>
    customPassword({ name: "house", verify: () => true, hash: hash as (password: string) => string });

  it("makes a stored password that names the format", async () => {
    const stored = await make((password) => `house:${password.length}`).hash?.(Secret.fromText("four"));
    expect(stored).toEqual({ format: "house", encoded: "house:4" });
  });

  it("keeps what stands beside the string", async () => {
    const stored = await make(() => ({ encoded: "x", salt: "y", params: { rounds: 3 } })).hash?.(Secret.fromText("p"));
    expect(stored).toEqual({ format: "house", encoded: "x", salt: "y", params: { rounds: 3 } });
  });

  it.each([[""], [undefined], [42], [{ encoded: 1 }], [["x"]]])(
    "refuses %j as a configuration error",
    async (answer) => {
      await expect(make(() => answer).hash?.(Secret.fromText("p"))).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    },
  );

  it("has no hash where the adopter gave none", () => {
    expect(customPassword({ name: "house", verify: () => true }).hash).toBeUndefined();
  });
});
