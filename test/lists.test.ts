import { describe, expect, it } from "vitest";
import { exportName, familyFolders, indexText, members, staleness } from "../scripts/lists.ts";

describe("lists", () => {
  it.each(familyFolders)("lib/%s/index.ts names every member", (folder) => {
    expect(staleness(folder)).toEqual([]);
  });

  it.each(familyFolders)("every member of lib/%s exports its own name", async (folder) => {
    for (const member of members(folder)) {
      const module: Record<string, unknown> = await import(`../lib/${folder}/${member}.ts`);
      expect(typeof module[exportName(member)], `lib/${folder}/${member}.ts lacks ${exportName(member)}`).not.toBe(
        "undefined",
      );
    }
  });

  it("makes a member's export of its file name", () => {
    expect(exportName("sha-crypt")).toBe("shaCrypt");
    expect(exportName("cognito-pre-sign-up")).toBe("cognitoPreSignUp");
    expect(exportName("bcrypt")).toBe("bcrypt");
  });

  it("names the line to add for a new member and the one to remove for a lost one", () => {
    const line = 'export { bcrypt, bcryptFamily } from "./bcrypt.ts";';
    const lost = 'export { lost } from "./lost.ts";';
    const found = indexText("hashes").replace(line, lost);
    expect(staleness("hashes", found)).toEqual([
      "lib/hashes/index.ts is stale; run `npm run lists`:",
      `  add    ${line}`,
      `  remove ${lost}`,
    ]);
  });
});
