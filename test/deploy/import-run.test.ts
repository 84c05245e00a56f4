import validate from "asl-validator";
import { describe, expect, test } from "vitest";
import definition from "../../deploy/import-run.asl.json" with { type: "json" };
import { runMachine } from "../support/state-machine.ts";
import { machine, resourcesOf, type Tools, usual } from "./import-run-setting.ts";
import { otherActions } from "./policies.ts";
import { schemaFaults } from "./schema-faults.ts";

const made = resourcesOf();

describe("the state machine's definition", () => {
  const faultsIn = (given: object) => validate(structuredClone(given)).errorsText();

  test("is Amazon States Language, as it is committed and as it is deployed", () => {
    expect(faultsIn(definition)).toBe("");
    expect(faultsIn(made.ImportRun?.Properties.Definition)).toBe("");
  });

  test("is checked by a check that finds faults", () => {
    const { Import, ...others } = definition.States;
    expect(faultsIn({ ...definition, States: others })).toMatch(/Import/);
    expect(faultsIn({ ...definition, States: { ...others, Import: { ...Import, MaxConcurency: 4 } } })).not.toBe("");
    expect(faultsIn({ ...definition, States: { ...others, Import: { ...Import, Next: undefined } } })).not.toBe("");
  });

  test("is run by the tests as a whole: what they know nothing of, they refuse", async () => {
    const run = (states: object) => {
      const nobody = async () => Promise.reject(new Error("is not called"));
      const setting = { invoke: nobody, list: nobody, put: nobody };
      return runMachine({ ...setting, definition: { StartAt: "A", States: states } as never }, {});
    };
    await expect(run({ A: { Type: "Wait", Seconds: 1, End: true } })).rejects.toThrow("a state of the type Wait");
    await expect(run({ A: { Type: "Pass", Assign: {}, End: true } })).rejects.toThrow("Assign is not known here");
    const { Import } = definition.States;
    await expect(run({ A: { ...Import, ItemBatcher: {} } })).rejects.toThrow("ItemBatcher is not known here");
    expect(await run({ A: { Type: "Pass", Parameters: { a: 1 }, End: true } })).toMatchObject({ output: { a: 1 } });
  });

  test("tries again with full jitter whoever is busy, and never what no repetition mends", () => {
    const { ImportBatch } = definition.States.Import.ItemProcessor.States;
    for (const { Retry } of [definition.States.Split, ImportBatch, definition.States.Finish]) {
      expect(Retry[0]).toEqual({ ErrorEquals: ["ImportPoison"], MaxAttempts: 0 });
      const busy = Retry.find(({ ErrorEquals }) => ErrorEquals.includes("ImportBusy"));
      expect(busy).toMatchObject({ JitterStrategy: "FULL", MaxAttempts: 40, MaxDelaySeconds: 120 });
      expect(busy?.ErrorEquals).toContain("Lambda.TooManyRequestsException");
      expect(Retry.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
    }
  });

  test("names the functions of the stack, and as many batches at once as the parameter says", () => {
    const { Properties } = resourcesOf({ concurrency: 9 }).ImportRun ?? { Properties: {} };
    expect(Properties.Definition.States.Import.MaxConcurrency).toBe(9);
    const placeholders = new Set(JSON.stringify(Properties.Definition).match(/\$\{\w+\}/g));
    const names = Object.keys(Properties.DefinitionSubstitutions);
    expect([...placeholders].sort()).toEqual(names.map((name) => `\${${name}}`).sort());
    for (const [name, target] of Object.entries(Properties.DefinitionSubstitutions)) {
      expect(target).toEqual({ "Fn::GetAtt": [`${name}LambdaFunction`, "Arn"] });
    }
  });
});

describe("what is deployed for it", () => {
  test("fits CloudFormation's schema", async () => {
    expect(await schemaFaults(made)).toEqual([]);
    expect(await schemaFaults(resourcesOf({ pool: "existing", topic: "arn:t" }, true))).toEqual([]);
  });

  test("logs no execution's data, and traces nothing", () => {
    expect(made.ImportRun?.Properties).toMatchObject({
      StateMachineType: "STANDARD",
      LoggingConfiguration: { IncludeExecutionData: false },
      TracingConfiguration: { Enabled: false },
    });
  });

  test("begins with an upload, and with nothing else that is written into the bucket", () => {
    expect(made.ImportUploadRule?.Properties.EventPattern).toEqual({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [{ Ref: "ImportBucket" }] }, object: { key: [{ prefix: "uploads/" }] } },
    });
  });

  test("has as many workers as there are batches at once, each in its time", () => {
    const { splitImport, importBatch, finishImport } = machine.functionsOf({ ...usual, concurrency: 7, perSecond: 3 });
    expect(importBatch).toMatchObject({ reservedConcurrency: 7, timeout: 300, memorySize: 1769 });
    expect(importBatch?.environment).toEqual({
      SAMEKEY_IMPORT_BUCKET: { Ref: "ImportBucket" },
      SAMEKEY_USER_POOL: { Ref: "UserPool" },
      SAMEKEY_IMPORTS_PER_SECOND: "3",
    });
    expect(splitImport).toMatchObject({ timeout: 900, ephemeralStorageSize: 10_240 });
    expect(finishImport).toMatchObject({ timeout: 900 });
    const { States } = definition;
    const limits = { Split: splitImport, Finish: finishImport } as const;
    for (const name of ["Split", "Finish"] as const) {
      expect(States[name].TimeoutSeconds).toBeGreaterThan(Number(limits[name]?.timeout));
    }
    expect(States.Import.ItemProcessor.States.ImportBatch.TimeoutSeconds).toBeGreaterThan(300);
  });

  test.each([
    ["new", "", { Ref: "UserPool" }],
    ["existing", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Abc", "eu-west-1_Abc"],
    ["existing", "", ""],
  ] as const)("makes users in the pool that is meant: %s %s", (pool, ownPool, id) => {
    expect(machine.functionsOf({ ...usual, pool, ownPool }).importBatch?.environment.SAMEKEY_USER_POOL).toEqual(id);
    const asked = otherActions(resourcesOf({ pool, ownPool }).ImportBatchRole).filter((one) =>
      one.startsWith("cognito"),
    );
    expect(asked.length > 0).toBe(pool === "new" || ownPool !== "");
  });

  const tools = (params: Readonly<Record<string, unknown>>): Tools => ({
    async resolveVariable(name) {
      const known: Readonly<Record<string, unknown>> = {
        "param:config": "demo",
        "param:imports": "off",
        "param:importConcurrency": 4,
        "param:importsPerSecond": 5,
        ...params,
      };
      return known[name] ?? "";
    },
  });

  test("is nothing without imports, and refused where users could wait nowhere", async () => {
    expect(await machine.functions(tools({}))).toEqual({});
    expect(await machine.resources(tools({}))).toEqual({ Resources: {} });
    await expect(machine.resources(tools({ "param:imports": "on" }))).rejects.toThrow(/the config has no vault/);
    await expect(machine.functions(tools({ "param:imports": "yes" }))).rejects.toThrow("allowed are on and off");
  });
});
