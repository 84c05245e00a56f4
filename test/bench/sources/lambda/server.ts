import { fileURLToPath } from "node:url";
import { startLambda } from "../../../../lib/local/lambda/lambda.ts";
import type { BenchSource } from "../../bench-source.ts";
import { coldMemoryMb } from "../../cold-process.ts";

export const lambda: BenchSource = {
  name: "lambda",
  hashed: true,
  drivers: ["@aws-sdk/client-lambda"],
  async start() {
    const file = fileURLToPath(new URL("function.ts", import.meta.url));
    const legacy = { file, memoryMb: coldMemoryMb, timeoutMs: 5000, environment: {} };
    const runner = await startLambda({ functions: { legacy }, maxEnvironments: 1 });
    // The start of the legacy function is not what is measured.
    await runner.invoke("legacy", { canonical: "nobody" });
    return {
      setting: "the local Lambda",
      environment: { AWS_ENDPOINT_URL_LAMBDA: runner.endpoint, BENCH_FUNCTION: runner.arn("legacy") },
      stop: () => runner.stop(),
    };
  },
};
