// The notation of digests that hashcat's list of modes has (hashcat.net/wiki/doku.php?id=example_hashes):
// `md5(md5($pass).$salt)`. Parsed into a tree; no code is ever made of it.
//
//   expression  term { "." term }
//   term        variable | text | number | name "(" expression { "," expression } ")"
//   variable    "$" and letters, digits, underscores: $pass, $salt, $username, any name of the row
//   text        '…' or "…", without escapes
//   number      1 to 4 digits, as an argument of substr

import { MigrationError } from "../core/errors.ts";

export type DigestNode =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "join"; readonly parts: readonly DigestNode[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly DigestNode[] };

// The longest of hashcat's has 60 characters, 4 levels and 9 terms.
const maxCharacters = 512;
const maxDepth = 12;
const maxTerms = 64;

const tokenSyntax = /\s*(?:(\$[a-zA-Z][a-zA-Z0-9_]*)|([a-z][a-z0-9_]*)|'([^']*)'|"([^"]*)"|([0-9]{1,4})|([().,]))/y;

interface Token {
  readonly kind: "variable" | "name" | "text" | "number" | "sign";
  readonly text: string;
  readonly at: number;
}

/** @throws MigrationError CONFIG_INVALID with the place of the fault. */
export function parseDigestExpression(expression: string): DigestNode {
  if (expression.length > maxCharacters) throw wrong(`${expression.length} characters, allowed ${maxCharacters}`);
  const reader = new TokenReader(tokensOf(expression));
  const node = readJoin(reader, 0);
  const rest = reader.peek();
  if (rest !== undefined) throw wrong(`nothing is expected at character ${rest.at + 1}`);
  return node;
}

class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;
  #terms = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  take(): Token | undefined {
    this.#next += 1;
    return this.#tokens[this.#next - 1];
  }

  takeSign(sign: string): boolean {
    const token = this.peek();
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.take();
    return true;
  }

  countTerm(): void {
    this.#terms += 1;
    if (this.#terms > maxTerms) throw wrong(`more than ${maxTerms} terms`);
  }
}

function tokensOf(expression: string): readonly Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  for (let at = 0; at < text.length; at = tokenSyntax.lastIndex) {
    tokenSyntax.lastIndex = at;
    const found = tokenSyntax.exec(text);
    if (found === null) throw wrong(`not in the notation at character ${at + 1}`);
    tokens.push({ ...tokenOf(found), at });
  }
  return tokens;
}

function tokenOf([, variable, name, single, double, number, sign]: RegExpExecArray): Omit<Token, "at"> {
  if (variable !== undefined) return { kind: "variable", text: variable.slice(1) };
  if (name !== undefined) return { kind: "name", text: name };
  if (number !== undefined) return { kind: "number", text: number };
  if (sign !== undefined) return { kind: "sign", text: sign };
  return { kind: "text", text: single ?? double ?? "" };
}

function readJoin(reader: TokenReader, depth: number): DigestNode {
  if (depth > maxDepth) throw wrong(`more than ${maxDepth} levels`);
  const first = readTerm(reader, depth);
  const parts = [first];
  while (reader.takeSign(".")) parts.push(readTerm(reader, depth));
  return parts.length === 1 ? first : { kind: "join", parts };
}

function readTerm(reader: TokenReader, depth: number): DigestNode {
  reader.countTerm();
  const token = reader.take();
  if (token === undefined) throw wrong("it ends too early");
  switch (token.kind) {
    case "variable":
      return { kind: "variable", name: token.text };
    case "text":
      return { kind: "text", text: token.text };
    case "number":
      return { kind: "number", value: Number(token.text) };
    case "name":
      return { kind: "call", name: token.text, args: readArguments(reader, token, depth) };
    case "sign":
      throw wrong(`${token.text} is not expected at character ${token.at + 1}`);
  }
}

function readArguments(reader: TokenReader, name: Token, depth: number): readonly DigestNode[] {
  if (!reader.takeSign("(")) throw wrong(`no "(" behind ${name.text}`);
  const args = [readJoin(reader, depth + 1)];
  while (reader.takeSign(",")) args.push(readJoin(reader, depth + 1));
  if (!reader.takeSign(")")) throw wrong(`no ")" for ${name.text} at character ${name.at + 1}`);
  return args;
}

export function wrong(what: string): MigrationError {
  return new MigrationError("CONFIG_INVALID", what);
}
