import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks for a line that is not shown while it is typed. Without a terminal the first line of standard input is taken. */
export function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (stdin.isTTY) stderr.write(question);
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY });
  return new Promise((resolve, reject) => {
    let answered = false;
    lines.once("line", (line) => {
      answered = true;
      lines.close();
      resolve(line);
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (stdin.isTTY) stderr.write("\n");
      if (!answered) reject(new Error("no password was given"));
    });
  });
}
