import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultSentence } from "../../lib/aws/lambda.ts";
import { triggerFunctions } from "../../lib/local/bundle.ts";
import { demoSecret } from "../../lib/local/run/stack.ts";
import { type Certificates, makeCertificates } from "../sources/certificates.ts";
import { bundleWith } from "../support/bundle-with.ts";
import type { Exchange, FrontAnswer } from "../support/http-front.ts";
import { postgresMissing, startPostgres } from "../support/postgres-server.ts";
import { leaksIn } from "./leaks.ts";
import { ada, canaries, grace } from "./people.ts";
import { type Ground, migratedId, openRig, type Rig, type RigOptions, signInEvent } from "./rig.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const oneSentence = { kind: "error", errorType: "Error", errorMessage: faultSentence };
const migration = "user-migration";

// The demo's, with TLS, and a gate that asks the legacy store.
const configWith = (ca: string) => `
  import { defineMigration } from "./lib/config/define-migration.ts";
  import { secret } from "./lib/config/secret.ts";
  import { bcrypt } from "./lib/hashes/bcrypt.ts";
  import { postgres } from "./lib/sources/postgres.ts";
  export default defineMigration({
    sources: [postgres({
      connection: secret("${demoSecret}"),
      tls: { ca: ${JSON.stringify(ca)} },
      find: {
        byEmail: "select * from users where lower(email) = $1",
        byUsername: "select * from users where lower(username) = $1",
        byId: "select * from users where id::text = $1",
      },
      user: (row) => ({
        id: row.id,
        username: row.username,
        enabled: !row.disabled,
        attributes: { email: row.email, email_verified: row.email_confirmed },
        password: { encoded: row.password_hash },
      }),
    })],
    passwords: [bcrypt()],
    userNames: "alias",
    gate: { legacyCheck: true, keepSeconds: 0 },
  });
`;

describe.skipIf(postgresMissing !== undefined)("the functions that ship, in an environment that lasts", () => {
  let ground: Ground;
  let outdir: string;
  let certificates: Certificates;
  const rig = (options?: RigOptions) => openRig(ground, options);

  beforeAll(async () => {
    outdir = await mkdtemp(join(tmpdir(), "faults-"));
    certificates = await makeCertificates();
    const [server] = await Promise.all([
      startPostgres(),
      bundleWith(configWith(certificates.ca), outdir, triggerFunctions),
    ]);
    const files = Object.fromEntries(triggerFunctions.map((name) => [name, join(outdir, `${name}.js`)]));
    ground = { server, files, told: [] };
    await server.sql(await readFile(join(root, "examples/demo/legacy.sql"), "utf8"));
    await server.sql("grant select on users to public");
    await server.useCertificate(certificates.here);
  });
  afterAll(async () => {
    await ground.server.stop();
    await rm(outdir, { recursive: true });
    await rm(certificates.folder, { recursive: true });
    expect(leaksIn(ground.told.join("\n"), canaries)).toEqual([]);
  });

  const lets = async (opened: Rig, { name, password, id }: typeof grace, what?: string) =>
    expect(migratedId(await opened.signIn(name, password)), what).toBe(id);
  const pidOf = ({ pids }: Rig) => pids.at(-1) ?? expect.unreachable("no environment");
  const coldStarts = ({ records }: Rig) => records.filter(({ coldStart }) => coldStart).length;
  const verified = { legacyId: ada.id, state: "verified", version: 1 };

  test("takes no certificate for another host or of another day, and works with the right one again", async () => {
    const opened = await rig();
    for (const [what, wrong] of Object.entries({ elsewhere: certificates.elsewhere, expired: certificates.expired })) {
      await ground.server.useCertificate(wrong);
      await ground.server.cutConnections(opened.role);
      expect(await opened.signIn(ada.name, ada.password), what).toEqual(oneSentence);
      expect(opened.lines.at(-1), what).toMatchObject({ outcome: "fault", code: "SOURCE_UNAVAILABLE" });
      expect((await opened.ledger()).users, what).toEqual([]);
      await ground.server.useCertificate(certificates.here);
    }
    await lets(opened, ada);
    expect(coldStarts(opened)).toBe(1);
  });

  test("runs without __proto__ and with intrinsics that are frozen", async () => {
    const opened = await rig({ environment: { NODE_OPTIONS: "--disable-proto=throw --frozen-intrinsics" } });
    await lets(opened, ada);
    expect(await opened.signIn(ada.name, "canary-wrong")).toMatchObject({ kind: "answer", payload: { response: {} } });
  });

  describe("that is frozen", () => {
    test("between two events, while its connections die and the database's password is rotated", async () => {
      const opened = await rig();
      await lets(opened, grace);
      const fetched = opened.secrets.requests.get("GetSecretValue") ?? 0;
      process.kill(pidOf(opened), "SIGSTOP");
      await opened.server.alterPassword(opened.role, "canary-rotated");
      const rotated = { user: opened.role, password: "canary-rotated", port: opened.toLegacy.port };
      opened.secrets.put(demoSecret, opened.server.url(rotated));
      await opened.server.cutConnections(opened.role);
      opened.toLedger.cutOpen();
      opened.toSecrets.cutOpen();
      // A credential that is refused right after it was fetched is wrong, not old: five seconds later it may be old.
      await sleep(5100);
      process.kill(pidOf(opened), "SIGCONT");
      await lets(opened, ada);
      expect(opened.secrets.requests.get("GetSecretValue")).toBe(fetched + 1);
      expect(coldStarts(opened)).toBe(1);
    });

    test("between two events, while all its connections are forgotten without a sign", async () => {
      const opened = await rig();
      await lets(opened, grace);
      process.kill(pidOf(opened), "SIGSTOP");
      opened.toLegacy.forgetOpen();
      opened.toLedger.forgetOpen();
      process.kill(pidOf(opened), "SIGCONT");
      // Whether the time suffices is the machine's; it is never a wrong password, and the next event is right.
      const said = await opened.signIn(ada.name, ada.password);
      if (migratedId(said) === undefined) expect(said).toEqual(oneSentence);
      await lets(opened, ada);
      expect(coldStarts(opened)).toBe(1);
    });

    test("in the midst of a query until its time is over", async () => {
      const opened = await rig();
      await lets(opened, grace);
      await opened.toLegacy.become("mute");
      const asked = opened.dynamo.requests.get("GetItem") ?? 0;
      const said = opened.signIn(ada.name, ada.password);
      await expect.poll(() => opened.dynamo.requests.get("GetItem") ?? 0, { interval: 5 }).toBeGreaterThan(asked);
      process.kill(pidOf(opened), "SIGSTOP");
      await opened.toLegacy.become("pass");
      await sleep(4500);
      process.kill(pidOf(opened), "SIGCONT");
      expect(await said).toEqual(oneSentence);
      expect((await opened.ledger()).users).toMatchObject([{ legacyId: grace.id }]);
      await lets(opened, ada);
      expect(coldStarts(opened)).toBe(1);
    });

    test("in the midst of its write, while another environment is called for the same sign-in", async () => {
      const opened = await rig({ maxEnvironments: 2 });
      await lets(opened, grace);
      const first = pidOf(opened);
      const asked = opened.dynamo.requests.get("TransactWriteItems") ?? 0;
      opened.dynamo.faults.queue("TransactWriteItems", { kind: "stall" });
      const said = opened.signIn(ada.name, ada.password);
      const writes = () => opened.dynamo.requests.get("TransactWriteItems") ?? 0;
      await expect.poll(writes, { interval: 2 }).toBeGreaterThan(asked);
      process.kill(first, "SIGSTOP");
      // As Cognito calls again after five seconds.
      await lets(opened, ada);
      process.kill(first, "SIGCONT");
      const late = await said;
      if (migratedId(late) !== ada.id) expect(late).toEqual(oneSentence);
      const { users, counts } = await opened.ledger();
      expect(users.filter(({ legacyId }) => legacyId === ada.id)).toEqual([verified]);
      expect(counts).toEqual({ verified: 2 });
      await lets(opened, ada);
    });
  });

  describe("with a clock that is wrong", () => {
    /** Refuses what was signed more than five minutes from now, in the words of the service; the answer has the right time. */
    const strict = async ({ headers, pass }: Exchange): Promise<FrontAnswer> => {
      const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers["x-amz-date"])) ?? [];
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
      const off = Math.abs(Date.UTC(year, month - 1, day, hour, minute, second) - Date.now());
      if (off < 300_000) return pass();
      refused += 1;
      const message = "Signature expired: it is not within five minutes of the server's time";
      return { status: 400, body: JSON.stringify({ __type: "InvalidSignatureException", message }) };
    };
    let refused = 0;

    test.each([
      ["an hour ahead", 3_600_000],
      ["an hour behind", -3_600_000],
    ])("%s signs by the servers' time, and records once", async (_, offMs) => {
      refused = 0;
      const file = join(outdir, `clock-${offMs}.mjs`);
      // Lambda's own remaining time comes from the same clock as its deadline: it is right whatever the clock says.
      await writeFile(
        file,
        `const Right = Date;
         globalThis.Date = class extends Right {
           constructor(...given) { given.length === 0 ? super(Right.now() + ${offMs}) : super(...given); }
           static now() { return Right.now() + ${offMs}; }
         };
         const { handler: inner } = await import("./user-migration.js");
         export const handler = (event, context) =>
           inner(event, { ...context, getRemainingTimeInMillis: () => context.getRemainingTimeInMillis() + ${offMs} });`,
      );
      const opened = await openRig(
        { ...ground, files: { [migration]: file } },
        { beforeDynamo: strict, beforeSecrets: strict },
      );
      await lets(opened, ada);
      await lets(opened, ada);
      expect((await opened.ledger()).users).toEqual([verified]);
      // By Secrets Manager, and by DynamoDB the first two calls, which go at once; never again.
      expect(refused).toBe(3);
      expect(Math.abs(Date.parse(String(opened.lines.at(-1)?.time)) - Date.now() - offMs)).toBeLessThan(60_000);
    });
  });

  describe("whose databases are away", () => {
    const known = {
      sub: "11111111-2222-3333-4444-555555555555",
      email: ada.email,
      email_verified: "true",
      "cognito:user_status": "CONFIRMED",
      "custom:legacy_id": ada.id,
    };
    const eventOf = (triggerSource: string, request: object, response: object = {}) => ({
      ...signInEvent(ada.name, undefined),
      triggerSource,
      request,
      response,
    });
    const gate = eventOf("PreAuthentication_Authentication", { userAttributes: known, validationData: null });
    const proof = eventOf("PostAuthentication_Authentication", { userAttributes: known, newDeviceUsed: false });
    const signUp = eventOf(
      "PreSignUp_SignUp",
      { userAttributes: { email: ada.email }, validationData: null },
      { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    );

    test("stop the gate and the sign-up, let the bookkeeping pass, and go on afterwards", {
      timeout: 60_000,
    }, async () => {
      const opened = await rig({ maxEnvironments: 4 });
      await lets(opened, ada);
      for (const way of ["toLedger", "toLegacy"] as const) {
        await opened[way].become("refuse");
        const [gated, signed, proved] = await Promise.all([
          opened.send(gate, "pre-authentication"),
          opened.send(signUp, "pre-sign-up"),
          way === "toLedger" ? opened.send(proof, "post-authentication") : undefined,
        ]);
        expect(gated, way).toEqual(oneSentence);
        // Where the ledger knows the user, the legacy store is not asked.
        expect(signed, way).toMatchObject({ kind: "error" });
        if (proved !== undefined) expect(proved, way).toEqual({ kind: "answer", payload: proof });
        expect((await opened.ledger()).users, way).toEqual([verified]);
        await opened[way].become("pass");
      }
      expect(await opened.send(gate, "pre-authentication")).toEqual({ kind: "answer", payload: gate });
      expect(await opened.send(proof, "post-authentication")).toEqual({ kind: "answer", payload: proof });
      expect((await opened.ledger()).users).toEqual([{ ...verified, state: "migrated", version: 2 }]);
    });

    test("in part: the gate asks again for what a batch left out", async () => {
      let partial = 0;
      const opened = await rig({
        beforeDynamo: async ({ operation, body, pass }) => {
          if (operation !== "BatchGetItem" || partial >= 3) return pass();
          partial += 1;
          const { RequestItems } = JSON.parse(body);
          return { status: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys: RequestItems }) };
        },
      });
      await lets(opened, ada);
      await opened.server.sql("update users set disabled = true where id = $1", [ada.id]);
      const said = await opened.send(gate, "pre-authentication");
      await opened.server.sql("update users set disabled = false where id = $1", [ada.id]);
      // Known all the same: a user taken for unknown would have passed.
      expect(said).toMatchObject({ kind: "error" });
      expect(opened.lines.at(-1)).toMatchObject({ outcome: "denied", reason: "disabled" });
      expect(partial).toBe(3);
    });
  });
});
