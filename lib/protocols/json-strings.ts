const backslash = 0x5c;

/** Passes over the strings of a JSON text that comes in pieces. They are most of a file: searched, not walked. */
export class JsonStringSkipper {
  #inString = false;
  #escaped = false;

  /** Whether the last piece ended within a string. */
  get inString(): boolean {
    return this.#inString;
  }

  /** @param start Behind the string's first quote, or where the next piece goes on. @returns where the scan goes on. */
  skip(text: string, start: number): number {
    this.#inString = true;
    if (start === text.length) return start;
    let from = start + (this.#escaped ? 1 : 0);
    for (;;) {
      const close = text.indexOf('"', from);
      const end = close === -1 ? text.length : close;
      let bare = end;
      while (bare > from && text.charCodeAt(bare - 1) === backslash) bare -= 1;
      this.#escaped = (end - bare) % 2 === 1;
      if (close === -1) return end;
      from = close + 1;
      if (!this.#escaped) {
        this.#inString = false;
        return from;
      }
      this.#escaped = false;
    }
  }
}
