// A WebAssembly module (webassembly.github.io/spec/core/binary) put together at run time, for the few inner loops that
// JavaScript cannot do in time because they multiply or rotate numbers of 64 bits.

/** What this project needs of the WebAssembly JavaScript interface; Node has it, its type package does not. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, WasmMemory>>>>,
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => void>> };
  readonly Memory: new (limits: { readonly initial: number }) => WasmMemory;
};

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Instructions as bytes; the lists that make up a body may be nested. */
export type Code = readonly (number | Code)[];

/** A function without a result: so many i32 parameters, then so many i32 and i64 locals. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  readonly i32Locals: number;
  readonly i64Locals: number;
  readonly body: Code;
}

const i32 = 0x7f;
const i64 = 0x7e;
const end = 0x0b;
/** WebAssembly counts memory in pages. */
export const pageBytes = 65_536;

/** The module's bytes; its memory comes from outside, as `host.memory`. */
export function wasmModule(functions: readonly WasmFunction[]): object {
  const types = functions.map(({ parameters }) => [0x60, vector(Array.from({ length: parameters }, () => [i32])), 0]);
  const bodies = functions.map(({ i32Locals, i64Locals, body }) => {
    const locals = vector([
      [unsigned(i32Locals), i32],
      [unsigned(i64Locals), i64],
    ]);
    return sized([locals, body, end]);
  });
  const memory = [text("host"), text("memory"), 0x02, 0x00, 0x01];
  return new WebAssembly.Module(
    Uint8Array.from(
      flat([
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, types),
        section(2, [memory]),
        section(
          3,
          functions.map((_, index) => unsigned(index)),
        ),
        section(
          7,
          functions.map(({ name }, index) => [text(name), 0x00, unsigned(index)]),
        ),
        section(10, bodies),
      ]),
    ),
  );
}

export function wasmMemory(bytes: number): WasmMemory {
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
}

/** The module's functions over a memory. */
export function wasmInstance(
  module: object,
  memory: WasmMemory,
): Readonly<Record<string, (...values: number[]) => void>> {
  return new WebAssembly.Instance(module, { host: { memory } }).exports;
}

function section(id: number, members: readonly Code[]): Code {
  return [id, sized(vector(members))];
}

function vector(members: readonly Code[]): Code {
  return [unsigned(members.length), members];
}

function sized(content: Code): Code {
  const bytes = flat(content);
  return [unsigned(bytes.length), bytes];
}

function text(name: string): Code {
  return vector([...Buffer.from(name)].map((byte) => [byte]));
}

/** The bytes of nested lists, put into one list: a kernel has ten thousand of them. */
function flat(code: Code, into: number[] = []): readonly number[] {
  for (const part of code) {
    if (typeof part === "number") into.push(part);
    else flat(part, into);
  }
  return into;
}

/** LEB128 of a whole number that is not negative. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value % 128) + 128, unsigned(Math.floor(value / 128))];
}

/** LEB128 with a sign. */
function signed(value: bigint): Code {
  const low = Number(value & 127n);
  const rest = value >> 7n;
  const done = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
  return done ? [low] : [low + 128, signed(rest)];
}

// The instructions, by their names in the specification; operands come first.

/** The instructions on words of one size. Addresses are of 32 bits and need no alignment. */
export interface WordInstructions {
  readonly bytes: number;
  readonly constant: (value: bigint) => Code;
  readonly load: (address: Code, offset: number) => Code;
  readonly store: (address: Code, offset: number, value: Code) => Code;
  readonly add: (a: Code, b: Code) => Code;
  readonly multiply: (a: Code, b: Code) => Code;
  readonly and: (a: Code, b: Code) => Code;
  readonly or: (a: Code, b: Code) => Code;
  readonly xor: (a: Code, b: Code) => Code;
  readonly shiftLeft: (a: Code, bits: number) => Code;
  readonly shiftRight: (a: Code, bits: number) => Code;
  readonly rotateRight: (a: Code, bits: number) => Code;
}

/** The two sizes have their arithmetic in the same order, 18 opcodes apart. */
function wordInstructions(bytes: number, constantCode: number, load: number, store: number, add: number) {
  const constant = (value: bigint): Code => [constantCode, signed(BigInt.asIntN(8 * bytes, value))];
  const of = (opcode: number) => (a: Code, b: Code) => [a, b, opcode];
  const by = (opcode: number) => (a: Code, bits: number) => [a, constant(BigInt(bits)), opcode];
  return {
    bytes,
    constant,
    load: (address: Code, offset: number): Code => [address, load, 0, unsigned(offset)],
    store: (address: Code, offset: number, value: Code): Code => [address, value, store, 0, unsigned(offset)],
    add: of(add),
    multiply: of(add + 2),
    and: of(add + 7),
    or: of(add + 8),
    xor: of(add + 9),
    shiftLeft: by(add + 10),
    shiftRight: by(add + 12),
    rotateRight: by(add + 14),
  };
}

export const word32: WordInstructions = wordInstructions(4, 0x41, 0x28, 0x36, 0x6a);
export const word64: WordInstructions = wordInstructions(8, 0x42, 0x29, 0x37, 0x7c);

export const get = (local: number): Code => [0x20, unsigned(local)];
export const set = (local: number, value: Code): Code => [value, 0x21, unsigned(local)];
/** The lower half of 64 bits. */
export const wrap = (a: Code): Code => [a, 0xa7];
/** Runs `body`, and again as long as the first address is below the second behind it. */
export const repeatWhileBelow = (body: Code, a: Code, b: Code): Code => [0x03, 0x40, body, a, b, 0x49, 0x0d, 0, end];
