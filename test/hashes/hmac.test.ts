import { describe, expect, it } from "vitest";
import { Secret } from "../../lib/core/secret.ts";
import { settingFaultsOf } from "../../lib/core/setting-faults.ts";
import { hmac, hmacFamily } from "../../lib/hashes/hmac.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(hmacFamily, {
  factory: () => hmac({ algorithm: "sha256", key: "pepper", pepper: Secret.fromText("key") }),
});

describe("hmac", () => {
  it.each([
    [{}, ["algorithm"]],
    [{ algorithm: "sha256", key: "pepper" }, ["pepper"]],
    [{ algorithm: "sha256", pepper: Secret.fromText("unused") }, ["pepper"]],
  ] as const)("reports wrong settings %j", (settings, paths) => {
    expect(settingFaultsOf(hmac(settings)).map((fault) => fault.path)).toEqual(paths);
  });
});
