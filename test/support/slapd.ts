import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CertificateFiles, freePort } from "./postgres-server.ts";
import { missing } from "./required.ts";

/** A real OpenLDAP on 127.0.0.1 in a folder of its own, with the entries that it was started with. */
export interface Slapd {
  readonly port: number;
  readonly tlsPort: number;
  /** LDIF with change records, applied as the administrator. */
  modify(ldif: string): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const program = "/usr/sbin/slapd";

/** Why there is no server here; undefined when there is. */
export const slapdMissing = missing(
  "OpenLDAP",
  existsSync(program) && existsSync("/usr/bin/ldapmodify"),
  "apt-get install slapd ldap-utils",
);

const admin = ["-D", "cn=admin,dc=example,dc=org", "-w", "only-for-tests"];

/**
 * @param ldif The entries below dc=example,dc=org.
 * @param tls The certificate that is offered; without it the server has no TLS, and no StartTLS.
 * @param more Lines for the end of its configuration.
 */
export async function startSlapd(ldif: string, tls: CertificateFiles | undefined, more = ""): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), "slapd-"));
  const file = (name: string) => join(folder, name);
  const [port, tlsPort] = [await freePort(), await freePort()];
  await mkdir(file("data"));
  if (tls !== undefined) await Promise.all([copyFile(tls.cert, file("crt")), copyFile(tls.key, file("key"))]);
  await writeFile(file("slapd.conf"), configuration(folder, tls !== undefined, more));
  await writeFile(file("seed.ldif"), ldif);
  execFileSync(program, ["-T", "add", "-f", file("slapd.conf"), "-l", file("seed.ldif")], { stdio: "pipe" });
  const urls = [`ldap://127.0.0.1:${port}`, ...(tls === undefined ? [] : [`ldaps://127.0.0.1:${tlsPort}`])];
  const args = ["-f", file("slapd.conf"), "-h", urls.join(" "), "-d", "0"];
  const asNobody = process.getuid?.() === 0;
  if (asNobody) execFileSync("chown", ["-R", "nobody", folder]);
  const launch = () => {
    const [command, ...before] = asNobody ? ["setpriv", "--reuid=nobody", "--clear-groups", program] : [program];
    return start(spawn(command ?? program, [...before, ...args], { stdio: ["ignore", "ignore", "pipe"] }), port);
  };
  let child = await launch();
  // Nothing may be left behind by a test that was killed.
  const killWithUs = () => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  return {
    port,
    tlsPort,
    modify: (changes) => {
      execFileSync("ldapmodify", ["-x", "-H", `ldap://127.0.0.1:${port}`, ...admin], { input: changes, stdio: "pipe" });
    },
    async restart() {
      await end(child);
      child = await launch();
    },
    async stop() {
      process.off("exit", killWithUs);
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// Passwords may be proved and never read; the reader sees everything else, the marker too and writes one attribute,
// users see themselves, others nothing.
function configuration(folder: string, tls: boolean, more: string): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${folder}/pid
${tls ? `TLSCertificateFile ${folder}/crt\nTLSCertificateKeyFile ${folder}/key\n` : ""}
database mdb
suffix dc=example,dc=org
rootdn cn=admin,dc=example,dc=org
rootpw only-for-tests
directory ${folder}/data
index uid,mail eq,sub
access to attrs=userPassword by anonymous auth by * none
access to attrs=employeeType by dn.exact="cn=marker,dc=example,dc=org" write by * break
access to * by dn.regex="^cn=(reader|marker),dc=example,dc=org$" read by self read by anonymous auth by * none
${more}
`;
}

async function start(child: ChildProcess, port: number): Promise<ChildProcess> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(-4000);
  });
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`slapd ended at its start: ${said}`);
    if (await answers(port)) return child;
    await sleep(25);
  }
  child.kill("SIGKILL");
  throw new Error(`slapd does not listen: ${said}`);
}

/** Whether something listens on this port of 127.0.0.1. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, "127.0.0.1");
    probe.once("connect", () => resolve(true)).once("error", () => resolve(false));
    probe.once("connect", () => probe.destroy());
  });
}

export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
