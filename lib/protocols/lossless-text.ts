// Bytes that may not be UTF-8, as text that loses nothing: a byte which is part of no well-formed sequence (RFC 3629,
// section 4) becomes U+DC00 plus its value, a lone surrogate. Well-formed UTF-8 never makes one, so that
// `text.isWellFormed()` says whether the bytes were, and the bytes come out again as they went in (PEP 383).

const escapeBase = 0xdc00;

/** Well-formed UTF-8 as its text; each other byte as U+DC80 to U+DCFF. */
export function decodeLossless(bytes: Buffer): string {
  let text = "";
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString("utf8", start, at) + String.fromCharCode(escapeBase + (bytes[at] ?? 0));
    at += 1;
    start = at;
  }
  return text + bytes.toString("utf8", start);
}

/** The bytes that `decodeLossless` was given. Any other lone surrogate becomes its three bytes, as WTF-8 has it. */
export function encodeLossless(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, "utf8");
  const pieces = text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]|[^\uD800-\uDFFF]+/g) ?? [];
  return Buffer.concat(pieces.map(bytesOfPiece));
}

function bytesOfPiece(piece: string): Uint8Array {
  if (piece.isWellFormed()) return Buffer.from(piece, "utf8");
  const unit = piece.charCodeAt(0);
  if (unit >= escapeBase + 0x80 && unit <= escapeBase + 0xff) return Buffer.of(unit - escapeBase);
  return Buffer.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
}

/** How many bytes the sequence at `at` has, by RFC 3629's table; 0 where there is none that is well-formed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (lead >= 0xc2 && lead <= 0xdf) return isTail(second) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    // E0 and ED: no overlong form, no surrogate.
    const fits = second >= (lead === 0xe0 ? 0xa0 : 0x80) && second <= (lead === 0xed ? 0x9f : 0xbf);
    return fits && isTail(bytes[at + 2]) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    // F0 and F4: no overlong form, nothing beyond U+10FFFF.
    const fits = second >= (lead === 0xf0 ? 0x90 : 0x80) && second <= (lead === 0xf4 ? 0x8f : 0xbf);
    return fits && isTail(bytes[at + 2]) && isTail(bytes[at + 3]) ? 4 : 0;
  }
  return 0;
}

function isTail(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte <= 0xbf;
}
