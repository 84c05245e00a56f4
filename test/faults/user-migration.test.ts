import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultSentence } from "../../lib/aws/lambda.ts";
import { bundleFunctions } from "../../lib/local/bundle.ts";
import { postgresMissing, startPostgres } from "../support/postgres-server.ts";
import { leaksIn } from "./leaks.ts";
import { type Outage, outages } from "./outages.ts";
import { ada, canaries, grace, oddRows, refusals } from "./people.ts";
import { type Ground, migratedId, openRig, type RigOptions, signInEvent } from "./rig.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cognitoMs = 5000;

const oneSentence = { kind: "error", errorType: "Error", errorMessage: faultSentence };

describe.skipIf(postgresMissing !== undefined)("the user migration function that ships", () => {
  let ground: Ground;
  let outdir: string;
  const rig = (options?: RigOptions) => openRig(ground, options);

  beforeAll(async () => {
    outdir = await mkdtemp(join(tmpdir(), "faults-"));
    const [server, bundles, sql] = await Promise.all([
      startPostgres(),
      bundleFunctions(root, outdir, "demo"),
      readFile(join(root, "examples/demo/legacy.sql"), "utf8"),
    ]);
    ground = { server, files: { "user-migration": bundles.files["user-migration"] ?? "" }, told: [] };
    await server.sql(sql);
    await server.sql(oddRows);
    // Once for all: grants on one table at the same moment refuse each other.
    await server.sql("grant select on users to public");
  });
  afterAll(async () => {
    await ground.server.stop();
    await rm(outdir, { recursive: true });
    // Whatever test wrote it.
    expect(leaksIn(ground.told.join("\n"), canaries)).toEqual([]);
  });

  test("answers every outage with one sentence in time, records nothing, and takes the retry", {
    timeout: 120_000,
  }, async () => {
    // A few at a time: each waits most of its seconds, and two processors carry the cold starts of four.
    const waiting = Object.entries(outages);
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await meet(...next);
    };
    await Promise.all(Array.from({ length: 7 }, work));
  });

  async function meet(what: string, { options, begin, end, codes, asked, written = false }: Outage): Promise<void> {
    const opened = await rig(options);
    await begin?.(opened);
    const before = await opened.ledger();
    const requests = asked === undefined ? 0 : (opened.dynamo.requests.get(asked[0]) ?? 0);
    expect(await opened.signIn(ada.name, ada.password), what).toEqual(oneSentence);
    const { durationMs, outcome } = opened.records.at(-1) ?? expect.unreachable(what);
    // Not cut by Lambda: the function itself gave up.
    expect(outcome, what).toBe("error");
    expect(durationMs, what).toBeLessThan(Math.min(cognitoMs, options?.timeoutMs ?? cognitoMs));
    expect(opened.lines.at(-1), what).toMatchObject({ level: "ERROR", outcome: "fault" });
    expect(codes, what).toContain(opened.lines.at(-1)?.code);
    if (!written) expect(await opened.ledger(), what).toEqual(before);
    if (asked !== undefined) expect((opened.dynamo.requests.get(asked[0]) ?? 0) - requests, what).toBe(asked[1]);

    await end(opened);
    expect(migratedId(await opened.signIn(ada.name, ada.password)), what).toBe(ada.id);
    const { users, counts } = await opened.ledger();
    expect(
      users.filter(({ legacyId }) => legacyId === ada.id),
      what,
    ).toEqual([{ legacyId: ada.id, state: "verified", version: 1 }]);
    expect(counts, what).toEqual({ verified: users.length });
    // The same process all the time: no fault ended it.
    expect(
      opened.records.filter(({ coldStart }) => coldStart),
      what,
    ).toHaveLength(1);
  }

  test("takes a new connection when the idle one was cut, in the same event and process", async () => {
    const opened = await rig();
    expect(migratedId(await opened.signIn(grace.name, grace.password))).toBe(grace.id);
    await ground.server.cutConnections(opened.role);
    expect(migratedId(await opened.signIn(ada.name, ada.password))).toBe(ada.id);
    expect(await ground.server.connections(opened.role)).toBe(1);
    expect(opened.records.map(({ coldStart }) => coldStart)).toEqual([true, false]);
  });

  test("recovers from two throttled writes within the event", async () => {
    const opened = await rig();
    expect(migratedId(await opened.signIn(grace.name, grace.password))).toBe(grace.id);
    const before = opened.dynamo.requests.get("TransactWriteItems") ?? 0;
    opened.dynamo.faults.queue("TransactWriteItems", { kind: "throttle" }, { kind: "throttle" });
    expect(migratedId(await opened.signIn(ada.name, ada.password))).toBe(ada.id);
    expect((opened.dynamo.requests.get("TransactWriteItems") ?? 0) - before).toBe(3);
    // Half a second on a machine of its own; the SDK's own delays would take two.
    expect(opened.lines.at(-1)?.ms).toBeLessThan(1500);
    expect((await opened.ledger()).counts).toEqual({ verified: 2 });
  });

  test.each(["lose-answer", "stall"] as const)(
    "takes its own write for its own when the answer is lost: %s",
    async (kind) => {
      const opened = await rig();
      opened.dynamo.faults.queue("TransactWriteItems", { kind });
      expect(migratedId(await opened.signIn(ada.name, ada.password))).toBe(ada.id);
      const once = { users: [{ legacyId: ada.id, state: "verified", version: 1 }], counts: { verified: 1 } };
      expect(await opened.ledger()).toEqual(once);
      expect(migratedId(await opened.signIn(ada.name, ada.password))).toBe(ada.id);
      expect(await opened.ledger()).toEqual(once);
    },
  );

  test("refuses a wrong password right after the right one", async () => {
    const opened = await rig();
    expect(migratedId(await opened.signIn(ada.name, ada.password))).toBe(ada.id);
    for (const name of [ada.name, ada.email]) {
      expect(await opened.signIn(name, "canary-wrong")).toMatchObject({ kind: "answer", payload: { response: {} } });
      expect(opened.lines.at(-1)).toMatchObject({ outcome: "denied", reason: "wrong-password" });
    }
    expect(migratedId(await opened.signIn(ada.email, ada.password))).toBe(ada.id);
  });

  test("lets one user in who comes twenty times at once, by name and by e-mail, and writes one row", async () => {
    const opened = await rig({ maxEnvironments: 4 });
    const events = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? ada.name : ada.email));
    const answers = await Promise.all(events.map((name) => opened.signIn(name, ada.password)));
    expect(answers.map(migratedId)).toEqual(events.map(() => ada.id));
    expect(await opened.ledger()).toEqual({
      users: [{ legacyId: ada.id, state: "verified", version: 1 }],
      counts: { verified: 1 },
    });
    expect(opened.records.filter(({ coldStart }) => coldStart)).toHaveLength(4);
  });

  test("refuses with the same empty response whatever the reason", { timeout: 40_000 }, async () => {
    const opened = await rig({ maxEnvironments: 3 });
    const answers = await Promise.all(refusals.map(([, name, typed]) => opened.signIn(name, typed)));
    for (const [index, [what, name, typed]] of refusals.entries()) {
      // Exactly the event with an empty response, so that no refusal can be told from another.
      expect(answers[index], what).toEqual({ kind: "answer", payload: { ...signInEvent(name, typed), response: {} } });
    }
    const logged = opened.lines
      .map(({ outcome, reason, code }) => JSON.stringify({ outcome, reason, code }))
      .toSorted();
    expect(logged).toEqual(refusals.map(([, , , told]) => JSON.stringify({ outcome: "denied", ...told })).toSorted());
    expect(await opened.ledger()).toEqual({ users: [], counts: {} });
    expect(opened.records.map(({ outcome }) => outcome)).toEqual(refusals.map(() => "answer"));
    // The table is still there, and so is she.
    expect(migratedId(await opened.signIn(ada.name, ada.password))).toBe(ada.id);
  });

  test("answers an event of a wrong shape with the one sentence, and asks nobody", async () => {
    const opened = await rig();
    const good = signInEvent(ada.name, ada.password);
    const { request: _, ...requestless } = good;
    const { response: __, ...responseless } = good;
    const events = [
      {},
      [],
      "canary-text",
      7,
      [good],
      requestless,
      responseless,
      { ...good, request: null },
      { ...good, request: "canary-request" },
      { ...good, request: {} },
      signInEvent(ada.name, { $ne: "canary-object" }),
      signInEvent(ada.name, ["canary-list"]),
      signInEvent(ada.name, null),
      { ...good, userName: { $ne: 1 } },
      { ...good, userName: null },
      { ...good, userName: "canary-".padEnd(1_000_000, "x") },
      { ...good, userPoolId: "canary pool" },
      { ...good, version: "2" },
      { ...good, triggerSource: "PreSignUp_SignUp" },
      { ...good, triggerSource: "constructor" },
    ];
    for (const event of events)
      expect(await opened.send(event), JSON.stringify(event).slice(0, 200)).toEqual(oneSentence);
    expect(new Set(opened.lines.map(({ code }) => code))).toEqual(new Set(["EVENT_INVALID"]));
    expect(opened.dynamo.requests.get("GetItem") ?? 0).toBe(0);
    expect(opened.records.filter(({ coldStart }) => coldStart)).toHaveLength(1);
  });

  test("the search for leaks finds a secret in each form", () => {
    const [address = ""] = canaries;
    const around = (text: string) => `{"message":"${text}"}`;
    for (const form of [
      address,
      encodeURIComponent(address),
      Buffer.from(`x${address}y`).toString("base64"),
      Buffer.from(`xx${address}`).toString("base64url"),
      Buffer.from(address).toString("hex"),
    ]) {
      expect(leaksIn(around(form), [address]), form).toEqual([address]);
    }
    expect(leaksIn(around(JSON.stringify('a"b').slice(1, -1)), ['a"b'])).toEqual(['a"b']);
    expect(leaksIn(around("nothing of it"), canaries)).toEqual([]);
  });
});
