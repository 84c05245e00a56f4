import { CognitoFault } from "./fault.ts";
import { type Input, isInput } from "./input.ts";

/** Larger than any request that the real service takes (attributes of 2,048 characters, a few dozen of them). */
export const maxBodyBytes = 256 * 1024;
/** The deepest request of the API has six levels; settings that are only kept are written out again by recursion. */
const maxDepth = 32;

/** Reads a request body. @throws CognitoFault SerializationException when it is not a JSON object of sane depth. */
export function parseBody(body: Buffer): Input {
  const text = body.toString("utf8");
  if (depthOf(text) > maxDepth) {
    throw new CognitoFault("SerializationException", `The body is nested too deeply: at most ${maxDepth} levels.`);
  }
  const value = parse(text === "" ? "{}" : text);
  if (!isInput(value)) throw new CognitoFault("SerializationException", "The body is not a JSON object.");
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own words quote the text, which may hold a password.
    if (error instanceof SyntaxError) throw new CognitoFault("SerializationException", "The body is not valid JSON.");
    throw error;
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return deepest;
}
