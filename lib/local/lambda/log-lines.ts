import type { Readable } from "node:stream";

/** One of an environment's two output streams, cut into lines that know their event. */
export interface LogLines {
  /** Resolves when all that the stream holds of this event has been read, or the stream is over. */
  written(requestId: string): Promise<void>;
}

/** A mark that bootstrap.js writes around an event's lines: a sign, the request id, a line end. */
const mark = /^(?<before>.*?)(?<sign>\p{Cc})(?<requestId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/su;

export function readLogLines(
  stream: Readable,
  onLine: (text: string, requestId: string | undefined) => void,
): LogLines {
  let rest = "";
  let requestId: string | undefined;
  let over = false;
  const finished = new Set<string>();
  let waiting: { readonly requestId: string; readonly done: () => void }[] = [];

  const line = (text: string): void => {
    const { before = text, sign, requestId: marked } = mark.exec(text)?.groups ?? {};
    // A function that wrote no line end has its last words before the mark.
    if (before !== "" || sign === undefined) onLine(before, requestId);
    if (sign === "\x1e") requestId = marked;
    if (sign === "\x1f" && marked !== undefined) finished.add(marked);
  };
  const wake = (): void => {
    const ready = waiting.filter((one) => over || finished.has(one.requestId));
    waiting = waiting.filter((one) => !ready.includes(one));
    for (const one of ready) {
      finished.delete(one.requestId);
      one.done();
    }
  };
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) line(text);
    wake();
  });
  stream.on("close", () => {
    if (rest !== "") line(rest);
    over = true;
    wake();
  });
  return {
    written: (id) =>
      new Promise((resolve) => {
        waiting.push({ requestId: id, done: resolve });
        wake();
      }),
  };
}
