import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

test("docs/security/faults.md names tests that are there", () => {
  const page = read("docs/security/faults.md");
  const named = [...page.matchAll(/`(test\/[\w/.-]+\.ts)`: ((?:"[^"]+"(?:, )?)+)/g)];
  const titles = named.flatMap(([, file = "", list = ""]) =>
    [...list.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => [file, title] as const),
  );
  expect(titles.length).toBeGreaterThan(80);
  expect(titles.filter(([file, title]) => !read(file).includes(title))).toEqual([]);
  // Each of the 56 faults has its line.
  const lines = [...page.matchAll(/^\| (\d+) /gm)].map(([, number]) => Number(number));
  expect(lines).toEqual(Array.from({ length: 56 }, (_, index) => index + 1));
});
