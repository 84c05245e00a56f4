/** What a person did, and what the platform said. Passwords are numbers: 0 is the legacy one, each other one is new. */
export interface Deed {
  readonly kind: "sign-in" | "forget" | "choose";
  readonly user: number;
  /** Of a sign-in the password typed, of a choice the new one. */
  readonly password?: number;
  /** Milliseconds since the run began. */
  readonly from: number;
  readonly to: number;
  /** `yes`, or the name of the error, and `wrong` where the words are those for a wrong password. */
  readonly said: "yes" | "wrong" | "locked" | "reset" | "fault";
  /** The error's name, for who reads the history. */
  readonly error?: string;
  /** After everything was mended. */
  readonly calm?: true;
}

/** What was done to the servers and processes. */
export interface Trouble {
  readonly kind: "trouble";
  readonly what: string;
  readonly from: number;
}

/** What an importer did. */
export interface Imported {
  readonly kind: "import";
  readonly users: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly said: string;
}

export type Entry = Deed | Trouble | Imported;

export function isDeed(entry: Entry): entry is Deed {
  return entry.kind !== "trouble" && entry.kind !== "import";
}

/** JSON lines in the order of their beginnings. */
export function renderHistory(history: readonly Entry[]): string {
  return history
    .toSorted((one, other) => one.from - other.from)
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join("");
}
