import { describe, expect, onTestFinished, test } from "vitest";
import type { LegacySource } from "../../lib/core/ports.ts";
import { Secret } from "../../lib/core/secret.ts";
import { serviceActions } from "../../lib/protocols/service-messages.ts";
import { named } from "../contracts/source.ts";

const soon = () => AbortSignal.timeout(10_000);
const secret = (text: string) => Secret.fromText(text);

/** What a source on `service-store.ts` has to be able to do, whichever way it is reached. */
export function describeOperations(title: string, open: () => LegacySource): void {
  const opened = () => {
    const source = open() as Required<LegacySource>;
    onTestFinished(() => source.close());
    return source;
  };

  describe(`${title}: operations`, () => {
    test("checks passwords at sign-in and before a change", async () => {
      const source = opened();
      const ada = named("username", "ada");
      const match = await source.authenticate(ada, secret("пароль ада"), soon());
      expect(match).toMatchObject({ kind: "match", user: { id: "1", source: source.name } });
      const denied = (reason: string) => ({ kind: "denied", reason });
      expect(await source.authenticate(ada, secret("wrong"), soon())).toEqual(denied("wrong-password"));
      expect(await source.authenticate(named("username", "nobody"), secret("x"), soon())).toEqual(
        denied("unknown-user"),
      );
      expect(await source.authenticate(ada, secret(""), soon())).toEqual(denied("wrong-password"));
      expect(await source.validatePassword("1", secret("пароль ада"), soon())).toBe("match");
      expect(await source.validatePassword("1", secret("wrong"), soon())).toBe("mismatch");
      expect(await source.validatePassword("1", secret(""), soon())).toBe("mismatch");
    });

    test("pages through all users, and finds them by a part of the name", async () => {
      const source = opened();
      const first = await source.list({ size: 2 }, soon());
      expect(first.users.map(({ id }) => id)).toEqual(["1", "2"]);
      const rest = await source.list({ size: 2, after: first.next ?? "" }, soon());
      expect([rest.users.map(({ id }) => id), rest.next]).toEqual([["3"], undefined]);
      const twins = await source.search("tweedle", { size: 10 }, soon());
      expect(twins.users.map(({ id }) => id)).toEqual(["2", "3"]);
      expect((await source.search("tweedl%", { size: 10 }, soon())).users).toEqual([]);
    });

    test("makes, changes and removes a user", async () => {
      const source = opened();
      const user = { username: "grace", attributes: { email: "grace@example.org", plan: "gold" }, enabled: true };
      const { id } = await source.create({ ...user, password: secret("first") }, soon());
      await expect(source.create(user, soon())).rejects.toMatchObject({ code: "RECORD_TAKEN" });
      expect(await source.validatePassword(id, secret("first"), soon())).toBe("match");
      const changes = { attributes: { plan: null }, enabled: false, password: secret("second") };
      const changed = await source.update(id, changes, soon());
      expect(changed).toMatchObject({ id, enabled: false });
      expect({ ...changed?.attributes }).toEqual({ email: "grace@example.org" });
      expect(await source.validatePassword(id, secret("second"), soon())).toBe("match");
      expect(await source.update("no-such-id", { enabled: false }, soon())).toBeUndefined();
      expect(await source.remove(id, soon())).toBe(true);
      expect(await source.remove(id, soon())).toBe(false);
    });

    test("has the operations that it was given, and no other", () => {
      const source = opened();
      expect(serviceActions.filter((action) => source[action] !== undefined)).toEqual([...serviceActions]);
    });
  });
}
