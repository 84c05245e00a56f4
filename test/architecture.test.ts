import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = globSync(["lib/**/*.{ts,js}", "functions/**/*.ts"], { cwd: root }).sort();

/** What each part of the project may import besides itself. Families come in when their folder does. */
const families = ["hashes", "sources", "hooks", "targets", "directories", "imports"];
const shared = ["config", "protocols", "aws", "ledger"];
const below: Readonly<Record<string, readonly string[]>> = {
  core: [],
  env: [],
  protocols: ["core"],
  // The functions of cryptography that several families of stored passwords are made of.
  algorithms: ["core"],
  // Clients are told what the environment says of them.
  aws: ["core", "env"],
  // Its table is asked as every DynamoDB table is.
  ledger: ["core", "aws"],
  // Secrets and keys are settings: they come from AWS, and a key opens the vault in the ledger.
  config: ["core", "aws", "ledger"],
  ...Object.fromEntries(families.map((family) => [family, ["core", ...shared]])),
  hashes: ["core", ...shared, "algorithms"],
  // A user pool's settings and rules: what `samekey wire` does to them, and what imports are held to.
  wiring: ["core", ...shared],
  // What the command and the functions that import users have in common.
  importer: ["core", ...shared, "targets", "wiring"],
  // The routes that import users over HTTP, and their description.
  "import-api": ["core", ...shared],
  // What the command and the function that splits an upload have in common: every reader, the search for duplicates.
  "import-input": ["core", "imports"],
  // The parts of an import that runs past one machine.
  "distributed-import": ["core", ...shared, "import-input"],
  app: ["core", "env", ...shared, ...families, "#migration"],
  // What of it imports users.
  "app-imports": [
    "app",
    "core",
    "env",
    ...shared,
    "import-api",
    "importer",
    "distributed-import",
    "wiring",
    "#migration",
  ],
  "app-reconcile": ["app", "core", "env", ...shared, "#migration"],
  functions: ["app", "app-imports", "app-reconcile", "core", ...shared, ...families],
};
// What runs on a laptop alone stands above all else; only a function is not its business to import.
const laptop = ["cli", "local", "client", "dashboard"];

interface Import {
  readonly file: string;
  readonly wanted: string;
}

/** The part that a file belongs to: its folder in lib/, `functions`, or the name of a file of lib/ itself. */
function partOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "lib" ? second.replace(/\.ts$/, "") : top;
}

function importsOf(file: string): readonly Import[] {
  const text = withoutComments(readFileSync(join(root, file), "utf8"));
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\n]+)["']/g);
  return [...found].map(([, wanted = ""]) => ({ file, wanted }));
}

/** The path in the project that a relative import leads to. */
function targetOf({ file, wanted }: Import): string | undefined {
  return wanted.startsWith(".") ? relative(root, join(root, dirname(file), wanted)) : undefined;
}

const imports = sources.flatMap(importsOf);

function offenders(isWrong: (one: Import, target: string | undefined) => boolean): readonly string[] {
  return imports.filter((one) => isWrong(one, targetOf(one))).map(({ file, wanted }) => `${file} imports ${wanted}`);
}

describe("imports", () => {
  it("are found at all", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports).toContainEqual({ file: "functions/pre-sign-up.ts", wanted: "../lib/app.ts" });
  });

  it("lead to files that are there, by their whole name", () => {
    expect(offenders((_, target) => target !== undefined && !existsSync(join(root, target)))).toEqual([]);
  });

  it("point inward: functions, cli, local → app → families → config, protocols, aws, ledger → core", () => {
    const wrong = offenders(({ file, wanted }, target) => {
      const from = partOf(file);
      const to = target === undefined ? (wanted.startsWith("#") ? wanted : undefined) : partOf(target);
      if (to === undefined || to === from) return false;
      if (laptop.includes(from)) return to === "functions";
      return !(below[from] ?? []).includes(to);
    });
    expect(wrong).toEqual([]);
  });

  it("of the client lead nowhere in lib/ but to itself: it is made to be published", () => {
    expect(
      offenders(({ file }, target) => partOf(file) === "client" && target?.startsWith("lib/client/") === false),
    ).toEqual([]);
    expect(sources.filter((file) => partOf(file) === "client").length).toBeGreaterThan(3);
  });

  it("are known for every folder of lib/", () => {
    const parts = new Set(sources.map(partOf));
    expect([...parts].filter((part) => below[part] === undefined && !laptop.includes(part))).toEqual([]);
  });

  it("never lead from one member of a family to another", () => {
    const wrong = offenders(({ file }, target) => {
      const part = partOf(file);
      if (target === undefined || !families.includes(part) || file.endsWith("/index.ts")) return false;
      return partOf(target) === part;
    });
    expect(wrong).toEqual([]);
  });

  it("reach a family's index.ts from the command line alone, so that a bundle holds what the config names", () => {
    const wrong = offenders(({ file }, target) => {
      const family = target === undefined ? undefined : families.find((one) => target === `lib/${one}/index.ts`);
      return family !== undefined && !["cli", "local"].includes(partOf(file));
    });
    expect(wrong).toEqual([]);
  });

  it("of the core are node: and itself only", () => {
    const wrong = offenders(({ file, wanted }, target) => {
      return partOf(file) === "core" && target === undefined && !wanted.startsWith("node:");
    });
    expect(wrong).toEqual([]);
  });

  it("of Node's own modules say node:", async () => {
    const { builtinModules } = await import("node:module");
    // Some, such as node:sqlite, have no other name.
    const bare = builtinModules.filter((name) => !name.startsWith("node:"));
    expect(offenders(({ wanted }) => bare.includes(wanted))).toEqual([]);
  });
});

describe("process.env", () => {
  // Deployed code reads its environment in one place. The two others are on the laptop: the Lambda runner gives
  // the functions' processes its PATH, and their bootstrap stands for Lambda's own runtime, which is told by variables.
  const readers = ["lib/env.ts", "lib/local/lambda/bootstrap.js", "lib/local/lambda/function-definition.ts"];

  it("is read in lib/env.ts alone, and by the runner that plays Lambda", () => {
    const reads =
      /process\.env\b|\benv\b[^=\n]*\}\s*=\s*process\b|import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*"node:process"/;
    const found = sources.filter((file) => reads.test(withoutComments(readFileSync(join(root, file), "utf8"))));
    expect(found.filter((file) => !readers.includes(file))).toEqual([]);
    expect(found).toContain("lib/env.ts");
  });
});

describe("files", () => {
  it("of functions/ have 3 to 10 lines: imports and one export", () => {
    const files = sources.filter((file) => file.startsWith("functions/"));
    expect(files.length).toBeGreaterThanOrEqual(5);
    const wrong = files.filter((file) => {
      const lines = readFileSync(join(root, file), "utf8").trim().split("\n");
      const code = lines.filter((line) => line !== "" && !line.startsWith("//"));
      const exported = code.filter((line) => line.startsWith("export const handler = "));
      const others = code.filter((line) => !line.startsWith("import ") && !exported.includes(line));
      return lines.length < 3 || lines.length > 10 || exported.length !== 1 || others.length > 0;
    });
    expect(wrong).toEqual([]);
  });

  it("have at most 300 lines", () => {
    const all = globSync(["lib/**/*.{ts,js}", "functions/**/*.ts", "scripts/**/*.ts", "test/**/*.ts"], { cwd: root });
    const long = all
      .map((file) => `${file}: ${readFileSync(join(root, file), "utf8").split("\n").length - 1} lines`)
      .filter((line) => Number(/: (\d+) lines$/.exec(line)?.[1]) > 300);
    expect(long).toEqual([]);
  });

  it("are named in kebab-case, and none is for leftovers", () => {
    const wrong = sources.filter((file) => {
      const name = file.split("/").at(-1) ?? "";
      return (
        !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.(?:ts|js)$/.test(name) || /^(?:utils?|common|helpers?|misc)\./.test(name)
      );
    });
    expect(wrong).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
