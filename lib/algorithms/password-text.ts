// Passwords of systems that hash characters and not bytes: Windows, .NET, SQL Server and Oracle take UTF-16, LAN Manager
// a DOS code page. Each function answers `undefined` for bytes that are no UTF-8: nobody could have typed them there, and
// a decoder that replaces them would make one password of two.

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** UTF-16, least significant byte first, without a byte order mark. */
export function utf16le(bytes: Uint8Array, change: (text: string) => string = (text) => text): Uint8Array | undefined {
  const text = utf8Text(bytes);
  return text === undefined ? undefined : Buffer.from(change(text), "utf16le");
}

/** UTF-16, most significant byte first. */
export function utf16be(bytes: Uint8Array, change?: (text: string) => string): Uint8Array | undefined {
  const little = utf16le(bytes, change);
  return little === undefined ? undefined : Buffer.from(little).swap16();
}

/** The upper halves of the code pages that DOS and Windows had; the lower one is ASCII. */
const codePages = {
  // https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP437.TXT
  cp437:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  // https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/PC/CP850.TXT
  cp850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
  cp866: upperHalf("ibm866"),
  cp1250: upperHalf("windows-1250"),
  cp1251: upperHalf("windows-1251"),
  cp1252: upperHalf("windows-1252"),
  latin1: Array.from({ length: 128 }, (_, index) => String.fromCharCode(128 + index)).join(""),
} as const;

export type CodePage = keyof typeof codePages;
export const codePageNames = Object.keys(codePages).filter(isCodePage);

export function isCodePage(name: string): name is CodePage {
  return Object.hasOwn(codePages, name);
}

/** The text in a code page; `undefined` when a character is not in it. */
export function encodeCodePage(text: string, page: CodePage): Uint8Array | undefined {
  const upper = codePages[page];
  const bytes = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 128) return code;
    const at = upper.indexOf(character);
    return at < 0 ? undefined : 128 + at;
  });
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : undefined;
}

function upperHalf(encoding: string): string {
  return new TextDecoder(encoding).decode(Uint8Array.from({ length: 128 }, (_, index) => 128 + index));
}
