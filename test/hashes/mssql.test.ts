import { describe, expect, it } from "vitest";
import { mssql, mssqlFamily } from "../../lib/hashes/mssql.ts";
import { describeFamily } from "./family-suite.ts";
import { verdict } from "./refusal.ts";

describeFamily(mssqlFamily);

describe("mssql", () => {
  it("does not tell capitals from small letters for SQL Server 2000, as it did not itself", async () => {
    const stored = "0x0100A607BA7C54A24D17B565C59F1743776A10250F581D482DA8B6D6261460D3F53B279CC6913CE747006A2E3254";
    expect(await verdict(mssql(), stored, "Foo")).toBe("match");
    expect(await verdict(mssql(), stored.slice(0, 54), "foo")).toBe("match");
    expect(await verdict(mssql(), stored.slice(0, 54), "Foo")).toBe("mismatch");
  });
});
