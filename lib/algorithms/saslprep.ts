// SASLprep (RFC 4013), the form in which SCRAM hashes a password.

// RFC 3454 B.1: mapped to nothing.
// biome-ignore lint/suspicious/noMisleadingCharacterClass: each code point stands for itself, combining or not.
const mappedToNothing = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/gu;
// RFC 3454 C.1.2: spaces that are not ASCII. U+200B stands in both tables; PostgreSQL, and RFC 4013 by its order,
// make it a space.
const otherSpaces = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
// RFC 3454 C.2 to C.9: control characters, private use, noncharacters, surrogates, what is not for plain text or changes
// the display, tags.
const prohibited =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what C.2.1 prohibits.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each code point stands for itself, combining or not.
  /[\u0000-\u001f\u007f-\u009f\u0340\u0341\u06dd\u070f\u180e\u200c-\u200f\u2028-\u202e\u2060-\u2063\u206a-\u206f\u2ff0-\u2ffb\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}\u{f0000}-\u{10ffff}]|\p{Noncharacter_Code_Point}/u;
// RFC 3454 D.1: characters written from right to left.
const rightToLeft =
  /[\u05be\u05c0\u05c3\u05d0-\u05ea\u05f0-\u05f4\u061b\u061f\u0621-\u063a\u0640-\u064a\u066d-\u066f\u0671-\u06d5\u06dd\u06e5\u06e6\u06fa-\u06fe\u0700-\u070d\u0710\u0712-\u072c\u0780-\u07a5\u07b1\u200f\ufb1d\ufb1f-\ufb28\ufb2a-\ufb36\ufb38-\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46-\ufbb1\ufbd3-\ufd3d\ufd50-\ufd8f\ufd92-\ufdc7\ufdf0-\ufdfc\ufe70-\ufe74\ufe76-\ufefc]/u;

/** The prepared text; `undefined` when the profile prohibits it. Code points that Unicode 3.2 had not are let through. */
export function saslprep(text: string): string | undefined {
  const prepared = text.replace(otherSpaces, " ").replace(mappedToNothing, "").normalize("NFKC");
  return prohibited.test(prepared) || mixesDirections(prepared) ? undefined : prepared;
}

/** RFC 3454 section 6: text from right to left begins and ends so, and has no letters of the other direction. */
function mixesDirections(text: string): boolean {
  if (!rightToLeft.test(text)) return false;
  const characters = Array.from(text);
  const ends = [characters.at(0), characters.at(-1)];
  if (ends.some((character) => character === undefined || !rightToLeft.test(character))) return true;
  return characters.some((character) => /\p{L}/u.test(character) && !rightToLeft.test(character));
}
