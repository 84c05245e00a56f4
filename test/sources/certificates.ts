import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CertificateFiles } from "../support/postgres-server.ts";

/** Certificates made with the openssl command; the caller removes the folder. */
export interface Certificates {
  readonly folder: string;
  /** The authority that signed the servers' certificates, as text and as a file. */
  readonly ca: string;
  readonly caFile: string;
  /** An authority that signed none of them. */
  readonly otherCa: string;
  /** For 127.0.0.1 and localhost. */
  readonly here: CertificateFiles;
  /** For legacy.example alone. */
  readonly elsewhere: CertificateFiles;
  /** For 127.0.0.1, no longer valid. */
  readonly expired: CertificateFiles;
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), "certificates-"));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = (name: string) =>
    openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
      "-subj",
      `/CN=${name}`,
      "-days",
      "2",
    );
  const server = async (name: string, names: string, days: string): Promise<CertificateFiles> => {
    openssl("req", "-new", ...key, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    await writeFile(file(`${name}.ext`), `subjectAltName=${names}\n`);
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...signed, "-days", days);
    return { cert: file(`${name}.crt`), key: file(`${name}.key`) };
  };
  authority("ca");
  authority("other-ca");
  return {
    folder,
    ca: await readFile(file("ca.crt"), "utf8"),
    caFile: file("ca.crt"),
    otherCa: await readFile(file("other-ca.crt"), "utf8"),
    here: await server("here", "IP:127.0.0.1,DNS:localhost", "2"),
    elsewhere: await server("elsewhere", "DNS:legacy.example", "2"),
    expired: await server("expired", "IP:127.0.0.1", "-1"),
  };
}
