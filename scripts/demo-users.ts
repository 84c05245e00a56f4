// Writes examples/demo/legacy.sql: the legacy database of the demo, some hundred people whose passwords a real old
// system would hold in several formats. Run once, output committed: node scripts/demo-users.ts
// bcrypt by hash-wasm, PBKDF2, scrypt and argon2 by node:crypto, sha512-crypt by the openssl command, phpass here.
import { execFileSync } from "node:child_process";
import { argon2Sync, createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { bcrypt } from "hash-wasm";

interface Person {
  readonly username: string;
  readonly name: string;
  readonly password: string;
  readonly format: Format;
  readonly disabled?: boolean;
  readonly unconfirmed?: boolean;
}

type Format = "bcrypt" | "django" | "phpass" | "argon2" | "scrypt" | "sha512-crypt";

// The people of the story, and of the README.
const cast: readonly Person[] = [
  { username: "ada", name: "Ada Lovelace", password: "correct horse battery", format: "bcrypt" },
  { username: "grace", name: "Grace Hopper", password: "nanoseconds matter", format: "bcrypt" },
  {
    username: "katherine",
    name: "Katherine Johnson",
    password: "orbit by hand 1962",
    format: "bcrypt",
    disabled: true,
  },
  { username: "hedy", name: "Hedy Lamarr", password: "hop the frequency", format: "bcrypt" },
  { username: "mary", name: "Mary Jackson", password: "wind tunnel 1958", format: "bcrypt" },
  { username: "radia", name: "Radia Perlman", password: "spanning every tree", format: "bcrypt" },
  { username: "joan", name: "Joan Clarke", password: "banburismus!", format: "django" },
  { username: "dorothy", name: "Dorothy Vaughan", password: "fortran for all", format: "phpass" },
  { username: "zoe", name: "Zoë Quinn", password: "Пароль с ёлкой", format: "argon2" },
  { username: "frances", name: "Frances Allen", password: "optimise the loop", format: "scrypt" },
  { username: "karen", name: "Karen Spärck Jones", password: "inverse document", format: "sha512-crypt" },
];

const givenNames =
  "Amara Bruno Chiara Dmitri Elif Farid Greta Hana Ivo Jun Kofi Lena Mateo Nadia Oskar Priya Quentin Rosa Sven Tala".split(
    " ",
  );
const familyNames =
  "Abebe Bauer Costa Dubois Eriksen Fischer Gupta Haddad Ibrahim Jansen Kowalski Lindqvist Moreau Nakamura Okafor".split(
    " ",
  );
// As an old system grows: most people have today's format, the rest what stood there when they last changed it.
const mix: readonly Format[] = [
  "bcrypt",
  "bcrypt",
  "bcrypt",
  "phpass",
  "django",
  "bcrypt",
  "bcrypt",
  "sha512-crypt",
  "bcrypt",
  "argon2",
  "bcrypt",
  "scrypt",
];

const crowd = givenNames.flatMap((given, row) =>
  familyNames.map((family, column): Person => {
    const username = `${given}.${family}`.toLowerCase();
    const index = row * familyNames.length + column;
    return {
      username,
      name: `${given} ${family}`,
      password: `${given}-remembers-${index + 1}`,
      format: mix[index % mix.length] ?? "bcrypt",
      ...(index % 37 === 5 ? { disabled: true } : {}),
      ...(index % 29 === 7 ? { unconfirmed: true } : {}),
    };
  }),
);

function salt(username: string, bytes: number): Buffer {
  return createHash("sha256").update(`samekey demo ${username}`).digest().subarray(0, bytes);
}

function plain(buffer: Buffer): string {
  return buffer.toString("base64").replace(/=+$/, "");
}

async function hash({ username, password, format }: Person): Promise<string> {
  switch (format) {
    case "bcrypt":
      return bcrypt({ password, salt: salt(username, 16), costFactor: 10, outputType: "encoded" });
    case "django": {
      const text = salt(username, 11).toString("hex");
      return `pbkdf2_sha256$260000$${text}$${pbkdf2Sync(password, text, 260_000, 32, "sha256").toString("base64")}`;
    }
    case "argon2": {
      const nonce = salt(username, 16);
      const key = argon2Sync("argon2id", {
        message: password,
        nonce,
        memory: 19_456,
        passes: 2,
        parallelism: 1,
        tagLength: 32,
      });
      return `$argon2id$v=19$m=19456,t=2,p=1$${plain(nonce)}$${plain(key)}`;
    }
    case "scrypt": {
      const text = salt(username, 8).toString("hex");
      const key = scryptSync(password, text, 64, { N: 32_768, r: 8, p: 1, maxmem: 64 * 1_048_576 });
      return `scrypt:32768:8:1$${text}$${key.toString("hex")}`;
    }
    case "sha512-crypt":
      return execFileSync("openssl", ["passwd", "-6", "-salt", salt(username, 8).toString("hex"), "-stdin"], {
        input: password,
        encoding: "utf8",
      }).trim();
    case "phpass":
      return phpass(password, salt(username, 4).toString("hex"));
  }
}

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// https://www.openwall.com/phpass/: MD5 of salt and password, then 2^13 times MD5 of digest and password.
function phpass(password: string, saltText: string): string {
  const log2 = 13;
  let digest = createHash("md5")
    .update(saltText + password)
    .digest();
  for (let round = 0; round < 2 ** log2; round++) digest = createHash("md5").update(digest).update(password).digest();
  let text = "";
  for (let at = 0; at < digest.length; at += 3) {
    const group = digest.subarray(at, at + 3);
    const value = group.reduceRight((sum, byte) => sum * 256 + byte, 0);
    for (let six = 0; six <= group.length; six++) text += alphabet[Math.floor(value / 64 ** six) % 64];
  }
  return `$P$${alphabet[log2]}${saltText}${text}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const rows: string[] = [];
for (const [index, person] of [...cast, ...crowd].entries()) {
  const { username, name, disabled = false, unconfirmed = false } = person;
  rows.push(
    `(${index + 1001}, ${quote(username)}, ${quote(`${username}@example.org`)}, ${!unconfirmed}, ${quote(name)}, ${quote(await hash(person))}, ${disabled})`,
  );
}

writeFileSync(
  "examples/demo/legacy.sql",
  `-- The legacy database of the demo: made by scripts/demo-users.ts. The passwords of the first eleven people stand there;
-- everybody else's is <Given name>-remembers-<number>.
create table users (
  id bigint primary key,
  username text not null unique,
  email text not null unique,
  email_confirmed boolean not null,
  full_name text not null,
  password_hash text not null,
  disabled boolean not null,
  moved_at timestamptz
);

insert into users (id, username, email, email_confirmed, full_name, password_hash, disabled) values
${rows.join(",\n")};
`,
);
