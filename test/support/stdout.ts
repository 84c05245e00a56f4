import { onTestFinished, vi } from "vitest";

/** All that is written to standard output from now to the end of the test. */
export function captureStdout(): { text(): string; lines(): readonly Readonly<Record<string, unknown>>[] } {
  let text = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return {
    text: () => text,
    lines: () =>
      text
        .trim()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}
