import { createInterface } from "node:readline";

/** One line from a person; undefined when no more comes. */
export interface Person {
  ask(question: string): Promise<string | undefined>;
  tell(text: string): void;
  close(): void;
}

export interface Choice {
  readonly name: string;
  readonly title: string;
}

/**
 * A numbered choice. A number or a name is taken, an empty line for the first; anything else is asked again.
 * @returns undefined when the answers end before one fits.
 */
export async function choose(
  person: Person,
  question: string,
  choices: readonly [Choice, ...Choice[]],
): Promise<string | undefined> {
  const width = Math.max(...choices.map(({ name }) => name.length));
  const rows = choices.map(({ name, title }, index) => {
    return `  ${String(index + 1).padStart(2)}  ${name.padEnd(width)}  ${title}`;
  });
  person.tell(`\n${question}\n${rows.join("\n")}\n`);
  for (;;) {
    const line = await person.ask(`1 to ${choices.length}, or a name [${choices[0].name}]: `);
    if (line === undefined) return undefined;
    const word = line.trim().toLowerCase();
    if (word === "") return choices[0].name;
    const chosen = /^[0-9]{1,3}$/.test(word) ? choices[Number(word) - 1] : choices.find(({ name }) => name === word);
    if (chosen !== undefined) return chosen.name;
    person.tell(
      `There is no ${JSON.stringify(line.trim())}: a number from 1 to ${choices.length}, or a name of the list.\n`,
    );
  }
}

/** The person at these streams. Lines that come faster than they are asked for wait for their question. */
export function openPerson(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Person {
  const reader = createInterface({ input, output });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async ask(question) {
      output.write(question);
      const { value, done } = await lines.next();
      return done === true ? undefined : value;
    },
    tell: (text) => void output.write(text),
    close: () => reader.close(),
  };
}
