import { JsonStringSkipper } from "./json-strings.ts";

const quote = 0x22;
const comma = 0x2c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;
// No path has a longer key; without a bound one key could fill the memory.
const maxKeyChars = 256;

/** Walks through a JSON document, in any pieces, by its brackets and strings alone: to the lists at one path of members. */
export class JsonListFinder {
  readonly #path: readonly string[];
  readonly #strings = new JsonStringSkipper();
  #depth = 0;
  /** How many keys of the path lead to where the walk is. */
  #matched = 0;
  #key = "";
  #found = false;
  #over = false;

  /** @param path None: the document itself is the list. */
  constructor(path: readonly string[]) {
    this.#path = path;
  }

  /** Whether there has been such a list. */
  get found(): boolean {
    return this.#found;
  }

  /** Whether the document has ended. */
  get over(): boolean {
    return this.#over;
  }

  /** Walks from `from` on. @returns where it stopped: behind the bracket of such a list, or the end of document or text. */
  walk(text: string, from: number): { readonly at: number; readonly isList: boolean } {
    let at = this.#strings.inString ? this.#skip(text, from) : from;
    while (at < text.length && !this.#over) {
      const unit = text.charCodeAt(at);
      at += 1;
      if (unit === quote) {
        this.#key = "";
        at = this.#skip(text, at);
      } else if (unit === comma) this.#key = "";
      else if (unit === openList || unit === openObject) {
        if (this.#open(unit)) return { at, isList: true };
      } else if (unit === closeList || unit === closeObject) this.close();
    }
    return { at, isList: false };
  }

  /** Goes out of the object or list that the walk is in, as the one that it stopped at. */
  close(): void {
    this.#depth -= 1;
    this.#key = "";
    this.#matched = Math.min(this.#matched, Math.max(this.#depth - 1, 0));
    this.#over = this.#depth === 0;
  }

  #skip(text: string, from: number): number {
    const at = this.#strings.skip(text, from);
    // The key of a member on the path, or a value beside it, which a comma makes forgotten.
    if (this.#depth === this.#matched + 1 && this.#key.length <= maxKeyChars) {
      const end = this.#strings.inString ? at : at - 1;
      this.#key += text.slice(from, Math.min(end, from + maxKeyChars + 1));
    }
    return at;
  }

  #open(bracket: number): boolean {
    const [depth, key] = [this.#depth, this.#path[this.#matched]];
    if (depth > 0 && depth === this.#matched + 1 && key !== undefined && this.#key === key) this.#matched += 1;
    const isHere = this.#matched === this.#path.length && depth === this.#path.length;
    this.#depth += 1;
    this.#key = "";
    if (bracket === openList && isHere) this.#found = true;
    return bracket === openList && isHere;
  }
}
