// PBKDF2 in the strings of Python's web frameworks: Werkzeug (`pbkdf2:sha256:N$salt$hex`, Flask) and web2py
// (`pbkdf2(N,length,digest)$salt$hex`). The salt is text in both.
// werkzeug.palletsprojects.com/en/stable/utils/#werkzeug.security.generate_password_hash; gluon/validators.py (CRYPT).

import {
  isPbkdf2Digest,
  maxIterationsBound,
  type Pbkdf2Bounds,
  type Pbkdf2Digest,
  pbkdf2BoundsText,
  pbkdf2Hash,
  pbkdf2KeyBytes,
  readPbkdf2Bounds,
  type WrittenPbkdf2,
} from "../algorithms/pbkdf2.ts";
import { decodeHex } from "../core/encodings.ts";
import { damaged, encodedText, parseCost, readBound } from "../core/hash-bounds.ts";
import { claims } from "../core/hash-check.ts";
import type { HashFamily } from "../core/hash-family.ts";
import { stringAlone } from "../core/hash-params.ts";
import type { HashFormat } from "../core/ports.ts";
import { withSettingFaults } from "../core/setting-faults.ts";

export interface PythonPbkdf2Settings extends Pbkdf2Bounds {
  /**
   * The iterations of strings that do not name them (`pbkdf2:sha256$salt$hex`), the default of the Werkzeug release that
   * wrote them: 1,000 before 0.15, then 50,000, 150,000, 260,000, 600,000 and 1,000,000. Default 1,000.
   */
  readonly unnamedIterations?: number;
}

const name = "python-pbkdf2";
const unnamedBound = { usual: 1000, min: 1, max: maxIterationsBound.max };

/** Checks Werkzeug's and web2py's PBKDF2 hashes. */
export function pythonPbkdf2(settings: PythonPbkdf2Settings = {}): HashFormat {
  const unnamed = readBound("unnamedIterations", settings.unnamedIterations, unnamedBound);
  const { maxIterations, faults } = readPbkdf2Bounds(settings);
  const format: HashFormat = {
    name,
    recognizes: claims(name, /^pbkdf2[:(]/),
    parse: (stored) => pbkdf2Hash({ format: name, maxIterations, ...parse(encodedText(name, stored), unnamed.value) }),
    // Salt and key are random bytes, made once: nobody knows a password for them.
    decoy: {
      encoded: "pbkdf2:sha256:600000$Zk3nTq8wLr5xVb1M$7e91da90b583bfc66755baa3ba3f2428f2d2dd4bf83c7408bb0deb2b47e4afeb",
    },
  };
  return withSettingFaults(format, [...unnamed.faults, ...faults]);
}

function parse(text: string, unnamed: number): WrittenPbkdf2 {
  const [, werkzeug, iterations, salt = "", key = ""] =
    /^pbkdf2:([a-z0-9_-]+)(?::([^:$]*))?\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
  if (werkzeug !== undefined) {
    return {
      digest: digestOf(werkzeug),
      iterations: iterations ?? unnamed,
      salt: Buffer.from(salt),
      key: decodeHex(key),
    };
  }
  const [, count = "", length = "", web2py, web2pySalt = "", web2pyKey = ""] =
    /^pbkdf2\(([^,]*),([^,]*),([a-z0-9]+)\)\$([^$]*)\$([^$]+)$/.exec(text) ?? [];
  if (web2py === undefined)
    throw damaged(name, "not of the form pbkdf2:digest:N$salt$hex or pbkdf2(N,length,digest)$salt$hex");
  const bytes = parseCost(name, "bytes of key", length, pbkdf2KeyBytes);
  return {
    digest: digestOf(web2py),
    iterations: count,
    salt: Buffer.from(web2pySalt),
    key: decodeHex(web2pyKey),
    keyBytes: { min: bytes, max: bytes },
  };
}

function digestOf(text: string): Pbkdf2Digest {
  if (isPbkdf2Digest(text)) return text;
  throw damaged(name, "an unknown digest, allowed are those of MD5, SHA-1 and SHA-2");
}

export const pythonPbkdf2Family: HashFamily = {
  name,
  title: "PBKDF2 of Werkzeug and web2py",
  specified: "Werkzeug's generate_password_hash; web2py's CRYPT validator",
  bounds: pbkdf2BoundsText,
  dialects: [
    {
      id: "werkzeug-pbkdf2",
      example: "pbkdf2:sha256:5000$nwHpRRLX$045bc6dc974c2043401aa30d5e39f5413cc2ccf6e6a8b0a96f475de62ceb5934",
      usedBy: "Flask (Werkzeug before 3; later ones by choice)",
      line: "pythonPbkdf2()",
      read: stringAlone(pythonPbkdf2),
    },
    {
      id: "web2py-pbkdf2",
      example: "pbkdf2(1000,20,sha512)$0$8e276970aa4266dba744fdcee8ab1dcfa49db564",
      usedBy: "web2py, py4web",
      line: "pythonPbkdf2()",
      read: stringAlone(pythonPbkdf2),
    },
  ],
};
