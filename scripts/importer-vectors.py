"""Writes vectors of importers' own forms, for which no other implementation publishes any.

    python3 scripts/importer-vectors.py

Each hash is computed here from the platform's documented formula, with hashlib, crypt(3) and OpenSSL, none of which the
project uses in Python's form. Lines of other origin in test/hashes/vectors/<family>.jsonl are kept as they are.
Needs Python before 3.13 (crypt) over libxcrypt, and the openssl command.
"""

import base64
import crypt
import hashlib
import hmac
import json
import pathlib
import subprocess

SOURCE = "scripts/importer-vectors.py: documented formula, hashlib and crypt(3)"
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "test" / "hashes" / "vectors"
PASSWORD = "pässwörd 密码🔑"
BYTES = PASSWORD.encode()


def salt(label, size):
    return hashlib.sha256(f"salt of {label}".encode()).digest()[:size]


def b64(data):
    return base64.b64encode(data).decode()


def b64n(data):
    return b64(data).rstrip("=")


def bcrypt(data, label):
    """crypt(3) ends a password at its first NUL; none of these has one."""
    return crypt.crypt(data.decode(), f"$2b$05${fixed_bcrypt_salt(label)}")


def fixed_bcrypt_salt(label):
    alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    digits = [alphabet[byte & 63] for byte in salt(label, 21)]
    # The last character holds two bits alone.
    return "".join(digits) + "."


def scrypt(data, salt_bytes, n, r, p, size):
    return hashlib.scrypt(data, salt=salt_bytes, n=n, r=r, p=p, dklen=size, maxmem=2**28)


def firebase(data, label, memory_cost=10, rounds=8):
    """github.com/firebase/scrypt: AES-256-CTR of the signer key under a key that scrypt derives."""
    user_salt, separator = salt(label, 10), b"\x07"
    signer = hashlib.sha512(f"signer of {label}".encode()).digest()
    key = scrypt(data, user_salt + separator, 2**memory_cost, rounds, 1, 32)
    command = ["openssl", "enc", "-aes-256-ctr", "-K", key.hex(), "-iv", "00" * 16]
    cipher = subprocess.run(command, input=signer, capture_output=True, check=True).stdout
    return {"hash": b64(cipher), "salt": b64(user_salt), "key": b64(signer), "separator": b64(separator)}


def repeated(algorithm, first, rounds):
    state = first
    for _ in range(rounds):
        state = hashlib.new(algorithm, state).digest()
    return state


H64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def h64(data):
    text = ""
    for start in range(0, len(data), 3):
        group = data[start : start + 3]
        value = int.from_bytes(group, "little")
        text += "".join(H64[(value >> (6 * index)) & 63] for index in range(len(group) + 1))
    return text


def phpass(algorithm, data, salt_text, rounds):
    state = hashlib.new(algorithm, salt_text.encode() + data).digest()
    for _ in range(rounds):
        state = hashlib.new(algorithm, state + data).digest()
    return h64(state)


def phpass_string(data, salt_text):
    return f"$P$9{salt_text}{phpass('md5', data, salt_text, 2 ** H64.index('9'))}"


# Strings of the shared vectors, each confirmed by two other implementations: Argon2 is not in Python.
ARGON2I = "$argon2i$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$raP+Nmy9iuyXBvnSvCkMB9mTtDm+D2bNcOBi8VHC2yc"
ARGON2ID = "$argon2id$v=19$m=256,t=2,p=2$c2FsdHNhbHRzYWx0$z/BisFJ3RV24w7UBSCq0VCbTAxYRwAiz/KlTQMMBVLs"
ARGON2_PASSWORD = "shellpw"


def argon2_raw():
    *_, salt_text, tag = ARGON2I.split("$")
    pad = lambda text: base64.b64decode(text + "=" * (-len(text) % 4))
    return pad(salt_text), pad(tag)


def pbkdf2_phc(label, digest="sha256", name=None):
    key = hashlib.pbkdf2_hmac(digest, BYTES, salt(label, 16), 1000, 32)
    return f"$pbkdf2-{name or digest}$i=1000,l=32${b64n(salt(label, 16))}${b64n(key)}"


def ssha(label, algorithm="sha1", scheme="{SSHA}"):
    return scheme + b64(hashlib.new(algorithm, BYTES + salt(label, 8)).digest() + salt(label, 8))


def clerk():
    def line(hasher, digest, password=PASSWORD):
        return vector(f"clerk-{hasher.replace('_', '-')}", digest, {"password_hasher": hasher}, password)

    text = "c1erkSa1t"
    raw = salt("clerk", 16)
    fire = firebase(BYTES, "clerk")
    derive = lambda digest, salt_bytes, size: hashlib.pbkdf2_hmac(digest, BYTES, salt_bytes, 1000, size)
    braces = BYTES + f"{{{text}}}".encode()
    state = hashlib.sha512(braces).digest()
    for _ in range(9):
        state = hashlib.sha512(state + braces).digest()
    sha256_hex = hashlib.sha256(BYTES).hexdigest()
    md5_hex = hashlib.md5(BYTES).hexdigest()
    return [
        line("argon2i", ARGON2I, ARGON2_PASSWORD),
        line("argon2id", ARGON2ID, ARGON2_PASSWORD),
        line("bcrypt", bcrypt(BYTES, "clerk")),
        line("bcrypt_peppered", bcrypt(BYTES + b"pepper", "clerk peppered") + "$pepper"),
        line("bcrypt_sha256_django", "bcrypt_sha256$" + bcrypt(sha256_hex.encode(), "clerk django")),
        line("ldap_ssha", ssha("clerk")),
        line("md5", md5_hex),
        line("md5_phpass", phpass_string(md5_hex.encode(), "c1erkMd5")),
        line("md5_salted", f"{text}${hashlib.md5(text.encode() + BYTES).hexdigest()}"),
        line("pbkdf2_sha1", f"pbkdf2_sha1$1000${raw.hex()}${derive('sha1', raw, 20).hex()}$20"),
        line("pbkdf2_sha1", f"pbkdf2_sha1$1000${text}${derive('sha1', text.encode(), 32).hex()}"),
        line("pbkdf2_sha256", f"pbkdf2_sha256$1000${b64(raw)}${b64(derive('sha256', raw, 32))}"),
        line("pbkdf2_sha256_django", f"pbkdf2_sha256$1000${text}${b64(derive('sha256', text.encode(), 32))}"),
        line("pbkdf2_sha512", f"pbkdf2_sha512$1000${text}${derive('sha512', text.encode(), 64).hex()}"),
        line("pbkdf2_sha512_hex", f"pbkdf2_sha512_hex$1000${raw.hex()}${derive('sha512', raw, 64).hex()}"),
        line("phpass", phpass_string(BYTES, "c1erkPhp")),
        line("scrypt_firebase", "$".join([fire["hash"], fire["salt"], fire["key"], fire["separator"], "8", "10"])),
        line("scrypt_werkzeug", f"scrypt:1024:8:1${text}${scrypt(BYTES, text.encode(), 1024, 8, 1, 64).hex()}"),
        line("sha256", sha256_hex),
        line("sha256_salted", f"{text}${hashlib.sha256(BYTES + text.encode()).hexdigest()}"),
        line("sha512_symfony", f"sha512_symfony$10${text}${b64(state)}"),
    ]


def fusionauth():
    """https://fusionauth.io/docs/reference/password-hashes"""

    def line(scheme, password, salt_text, factor):
        params = {"encryptionScheme": scheme, "salt": salt_text, "factor": factor}
        return vector(f"fusionauth-{scheme}", password, params)

    raw = salt("fusionauth", 16)
    derive = lambda digest, size: b64(hashlib.pbkdf2_hmac(digest, BYTES, raw, 1000, size))
    crypted = bcrypt(BYTES, "fusionauth")
    return [
        line("bcrypt", crypted[29:], crypted[7:29], 5),
        line("phpass-md5", phpass("md5", BYTES, "fus10nau", 512), "fus10nau", 512),
        line("phpass-sha512", phpass("sha512", BYTES, "fus10nau", 512)[:43], "fus10nau", 512),
        line("salted-md5", b64(repeated("md5", BYTES + raw, 100)), b64(raw), 100),
        line("salted-sha256", b64(repeated("sha256", BYTES + raw, 100)), b64(raw), 100),
        line("salted-hmac-sha256", b64(hmac.new(raw, BYTES, "sha256").digest()), b64(raw), 1),
        line("salted-pbkdf2-hmac-sha256", derive("sha256", 32), b64(raw), 1000),
        line("salted-pbkdf2-hmac-sha256-512", derive("sha256", 64), b64(raw), 1000),
        line("salted-pbkdf2-hmac-sha512-512", derive("sha512", 64), b64(raw), 1000),
    ]


def kratos():
    line = lambda text, password=PASSWORD: vector("kratos-encoded", text, {}, password)
    sha3 = pbkdf2_phc("kratos sha3", "sha3-224", "sha224")
    key = scrypt(BYTES, salt("kratos", 16), 1024, 8, 1, 32)
    return [
        line(bcrypt(BYTES, "kratos")),
        line(ARGON2I, ARGON2_PASSWORD),
        line(pbkdf2_phc("kratos")),
        line(sha3),
        line(f"$scrypt$ln=1024,r=8,p=1${b64(salt('kratos', 16))}${b64(key)}"),
        line(ssha("kratos", "sha512", "{SSHA512}")),
        line("$sha256-crypt" + crypt.crypt(PASSWORD, "$5$rounds=1000$krat0s")[2:]),
        line("$md5-crypt" + crypt.crypt(PASSWORD, "$1$krat0s")[2:]),
    ]


def zitadel():
    """github.com/zitadel/passwap"""
    line = lambda name, text, password=PASSWORD: vector(f"zitadel-{name}", text, {}, password)
    fire = firebase(BYTES, "zitadel")
    return [
        line("encoded", bcrypt(BYTES, "zitadel")),
        line("encoded", ARGON2I, ARGON2_PASSWORD),
        line("encoded", phpass_string(BYTES, "z1tade1p")),
        line("encoded", crypt.crypt(PASSWORD, "$6$rounds=1000$z1tade1")),
        line("md5plain", hashlib.md5(BYTES).hexdigest()),
        line("md5salted", f"$md5salted-prefix$z1ta$" + b64(hashlib.md5(b"z1ta" + BYTES).digest())),
        line("md5salted", f"$md5salted-suffix$z1ta$" + b64(hashlib.md5(BYTES + b"z1ta").digest())),
        line("ssha", ssha("zitadel", "sha256", "{SSHA256}")),
        line("ssha", "{SHA512}" + b64(hashlib.sha512(BYTES).digest())),
        line("firebasescrypt", f"$firebasescrypt$ln=10,r=8${fire['salt']}${fire['hash']}${fire['separator']}${fire['key']}"),
    ]


def stytch():
    """https://stytch.com/docs/api/password-migrate"""

    def line(name, hash_type, text, password=PASSWORD, **config):
        body = {"hash_type": hash_type, "hash": text, **config}
        return vector(f"stytch-{name}", json.dumps(body, ensure_ascii=False), {}, password)

    raw = salt("stytch", 16)
    argon_salt, argon_tag = argon2_raw()
    key = scrypt(BYTES, raw, 1024, 8, 1, 32)
    size = {"n_parameter": 1024, "r_parameter": 8, "p_parameter": 1, "key_length": 32}
    salts = {"prepend_salt": "before", "append_salt": "after"}
    digest = lambda name: hashlib.new(name, b"before" + BYTES + b"after").hexdigest()
    derived = hashlib.pbkdf2_hmac("sha256", BYTES, raw, 1000, 32)
    argon_config = {"iteration_amount": 2, "memory": 256, "threads": 2, "key_length": 32}
    return [
        line("encoded", "bcrypt", bcrypt(BYTES, "stytch")),
        line("encoded", "argon_2i", ARGON2I, ARGON2_PASSWORD),
        line("encoded", "phpass", phpass_string(BYTES, "stytch00")),
        line("encoded", "scrypt", f"$scrypt$ln=10,r=8,p=1${b64n(raw)}${b64n(key)}"),
        line("argon2-config", "argon_2i", argon_tag.hex(), ARGON2_PASSWORD,
             argon_2_config={"salt": argon_salt.decode(), **argon_config}),
        line("digest", "md_5", digest("md5"), md_5_config=salts),
        line("digest", "sha_1", digest("sha1"), sha_1_config=salts),
        line("digest", "sha_512", digest("sha512"), sha_512_config=salts),
        line("digest", "md_5", hashlib.md5(BYTES).hexdigest()),
        line("scrypt-config", "scrypt", b64(key), scrypt_config={"salt": b64(raw), **size}),
        line("scrypt-config", "scrypt", b64(scrypt(BYTES, b"dGV4dA==", 1024, 8, 1, 32)),
             scrypt_config={"salt": "dGV4dA==", **size}),
        line("pbkdf2-config", "pbkdf2", b64(derived),
             pbkdf_2_config={"salt": b64(raw), "iteration_amount": 1000, "key_length": 32}),
    ]


def logto():
    """https://docs.logto.io/user-management/user-migration"""
    line = lambda name, algorithm, text, password=PASSWORD: vector(
        f"logto-{name}", text, {"passwordAlgorithm": algorithm}, password)
    fire = firebase(BYTES, "logto")
    key = hashlib.pbkdf2_hmac("sha512", BYTES, bytes.fromhex("80ff00414243"), 1000, 20).hex()
    text_key = hashlib.pbkdf2_hmac("sha256", BYTES, b"hexa", 1000, 32).hex()
    legacy = lambda *parts: json.dumps(parts)
    return [
        line("encoded", "Argon2i", ARGON2I, ARGON2_PASSWORD),
        line("encoded", "Bcrypt", bcrypt(BYTES, "logto")),
        line("digest", "MD5", hashlib.md5(BYTES).hexdigest()),
        line("digest", "SHA1", hashlib.sha1(BYTES).hexdigest()),
        line("digest", "SHA256", hashlib.sha256(BYTES).hexdigest()),
        line("legacy", "Legacy", legacy("sha3-256", ["a", "@", "@", "b"], hashlib.sha3_256(b"a" + BYTES * 2 + b"b").hexdigest())),
        line("legacy", "Legacy", legacy("pbkdf2", ["hex:80ff00414243", "1000", "20", "sha512", "@"], key)),
        line("legacy", "Legacy", legacy("pbkdf2Sync", ["hexa", "1000", "32", "sha256", "@"], text_key)),
        line("legacy", "Legacy",
             legacy("firebase-scrypt", [fire["salt"], fire["key"], fire["separator"], "8", "10", "@"], fire["hash"])),
    ]


def workos():
    """https://workos.com/docs/migrate/other-services, https://workos.com/docs/migrate/firebase"""
    line = lambda name, text, password=PASSWORD: vector(f"workos-{name}", text, {}, password)
    fire = firebase(BYTES, "workos")
    key = scrypt(BYTES, salt("workos", 16), 1024, 8, 1, 64)
    names = f"hash={fire['hash']}$salt={fire['salt']}$sk={fire['key']}$ss={fire['separator']}$r=8$m=10"
    return [
        line("encoded", bcrypt(BYTES, "workos")),
        line("encoded", ARGON2I, ARGON2_PASSWORD),
        line("encoded", pbkdf2_phc("workos")),
        line("encoded", f"$scrypt$v=1$n=1024,r=8,p=1,kl=64${b64n(salt('workos', 16))}${b64n(key)}"),
        line("ssha", ssha("workos")),
        line("firebase-scrypt", f"$firebase-scrypt${names}"),
    ]


def supabase():
    """github.com/supabase/auth, internal/crypto/password.go"""
    line = lambda name, text, password=PASSWORD: vector(f"supabase-{name}", text, {}, password)
    fire = firebase(BYTES, "supabase")
    # The first one is GoTrue's own test.
    own = ("$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3M"
           "jKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJ"
           "lM5tQaJP84+hfTw==")
    return [
        line("firebase-scrypt", own, "mytestpassword"),
        line("firebase-scrypt",
             f"$fbscrypt$v=1,n=10,r=8,p=1,ss={fire['separator']},sk={fire['key']}${fire['salt']}${fire['hash']}"),
        line("encoded", bcrypt(BYTES, "supabase")),
        line("encoded", ARGON2I, ARGON2_PASSWORD),
    ]


def supertokens():
    line = lambda text, password=PASSWORD: vector("supertokens-encoded", text, {}, password)
    return [line(bcrypt(BYTES, "supertokens")), line(ARGON2I, ARGON2_PASSWORD)]


def auth0():
    """https://auth0.com/docs/manage-users/user-migration/bulk-user-import-database-schema-and-examples"""

    def line(algorithm, value, password=PASSWORD):
        body = {"algorithm": algorithm, "hash": {"value": value, "encoding": "utf8"}}
        return vector("auth0-encoded", json.dumps(body), {}, password)

    whole = {"custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": bcrypt(BYTES, "auth0 whole")}}}
    return [
        line("bcrypt", bcrypt(BYTES, "auth0")),
        line("argon2", ARGON2I, ARGON2_PASSWORD),
        line("pbkdf2", pbkdf2_phc("auth0", "sha512")),
        line("pbkdf2", pbkdf2_phc("auth0", "sha224")),
        line("ldap", ssha("auth0", "sha512", "{SSHA512}")),
        line("ldap", "{MD5}" + b64(hashlib.md5(BYTES).digest())),
        vector("auth0-encoded", json.dumps(whole), {}),
    ]


def firebase_import():
    return [vector("firebase-bcrypt", b64(bcrypt(BYTES, "firebase").encode()), {"algorithm": "BCRYPT"})]


def vector(name, text, params, password=PASSWORD):
    return {"format": name, "hash": text, "params": params, "password": password}


def lines(rows):
    for row in rows:
        for valid in (True, False):
            password = row["password"] if valid else row["password"] + "~no"
            # bcrypt looks at 72 bytes alone; the passwords here are far shorter.
            yield json.dumps({
                "format": row["format"], "hash": row["hash"], "params": row["params"],
                "password_hex": password.encode().hex(), "valid": valid,
                "source": SOURCE if valid else f"{SOURCE}, other password", "verified_by": [],
            }, ensure_ascii=False)


FAMILIES = {
    "auth0": auth0, "clerk": clerk, "firebase": firebase_import, "fusionauth": fusionauth, "kratos": kratos,
    "logto": logto, "stytch": stytch, "supabase": supabase, "supertokens": supertokens, "workos": workos,
    "zitadel": zitadel,
}

for family, make in FAMILIES.items():
    file = FOLDER / f"{family}.jsonl"
    found = file.read_text().splitlines() if file.exists() else []
    kept = [line for line in found if not json.loads(line)["source"].startswith(SOURCE)]
    file.write_text("".join(f"{line}\n" for line in [*kept, *lines(make())]))
    print(f"{family}: {len(kept)} lines kept")
