import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "ldapts";
import type { CertificateFiles } from "./postgres-server.ts";
import { missing } from "./required.ts";
import { answers, end } from "./slapd.ts";

/** A real domain controller of Samba for corp.example, on 127.0.0.1 with its fixed ports. */
export interface Samba {
  readonly ldaps: string;
  readonly ldap: string;
  readonly base: string;
  /** The domain's administrator, on a connection of his own. */
  asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

const files = ["/usr/sbin/samba", "/usr/bin/samba-tool", "/usr/share/samba/setup"];
const ports = [389, 636, 3268];

/** Why there is no server here; undefined when there is. */
export const sambaMissing = missing(
  "Samba's domain controller",
  process.getuid?.() === 0 && files.every((file) => existsSync(file)),
  "as root, apt-get install samba samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind",
);

const password = "Only-4-tests!";

/** Why it cannot start at this moment. */
export async function takenPort(): Promise<string | undefined> {
  for (const port of ports) {
    if (!(await answers(port))) continue;
    return `port ${port} is taken, and Samba has no other: run in a network namespace (unshare -n, lo up)`;
  }
  return undefined;
}

export async function startSamba(certificate: CertificateFiles, caFile: string): Promise<Samba> {
  const taken = await takenPort();
  if (taken !== undefined) throw new Error(taken);
  const folder = await mkdtemp(join(tmpdir(), "samba-"));
  const file = (name: string) => join(folder, name);
  const option = (text: string) => `--option=${text}`;
  await promisify(execFile)("samba-tool", [
    ...["domain", "provision", "--realm=CORP.EXAMPLE", "--domain=CORP", `--adminpass=${password}`],
    ...["--server-role=dc", "--dns-backend=NONE", "--host-ip=127.0.0.1", `--targetdir=${folder}`],
    ...[option("interfaces=lo"), option("bind interfaces only=yes")],
  ]);
  await Promise.all([mkdir(file("run")), mkdir(file("ncalrpc")), copyFile(certificate.key, file("server.key"))]);
  await chmod(file("server.key"), 0o600);
  const provisioned = (await readFile(file("etc/smb.conf"), "utf8")).split("[homes]")[0] ?? "";
  await writeFile(
    file("smb.conf"),
    `${provisioned.replace(/^\tserver services =.*$/m, "\tserver services = ldap").replace(/^\tlog file.*$/m, `\tlog file = ${folder}/log`)}
\tpid directory = ${folder}/run
\tncalrpc dir = ${folder}/ncalrpc
\ttls certfile = ${certificate.cert}
\ttls keyfile = ${folder}/server.key
\ttls cafile = ${caFile}
`,
  );
  // Without a terminal it ends when its standard input does: also when this process was killed.
  const child = spawn("samba", ["-i", "-M", "single", "-s", file("smb.conf")], { stdio: ["pipe", "ignore", "ignore"] });
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await listening(child);
  } catch (error) {
    await stop();
    throw error;
  }
  const ldaps = "ldaps://127.0.0.1:636";
  return {
    ldaps,
    ldap: "ldap://127.0.0.1:389",
    base: "dc=corp,dc=example",
    async asAdministrator(work) {
      const client = new Client({ url: ldaps, tlsOptions: { ca: await readFile(caFile, "utf8") } });
      try {
        await client.bind("administrator@corp.example", password);
        return await work(client);
      } finally {
        await client.unbind();
      }
    },
    stop,
  };
}

async function listening(child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`samba ended at its start with ${child.exitCode}`);
    if ((await answers(636)) && (await answers(389))) return;
    await sleep(100);
  }
  throw new Error("samba does not listen");
}
