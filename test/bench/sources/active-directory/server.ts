import { rm } from "node:fs/promises";
import { makeCertificates } from "../../../sources/certificates.ts";
import { addDomainUser, relaxPasswordPolicy } from "../../../sources/domain-users.ts";
import { sambaMissing, startSamba, takenPort } from "../../../support/samba.ts";
import type { BenchSource } from "../../bench-source.ts";
import { password, somePeople } from "../../people.ts";

export const activeDirectory: BenchSource = {
  name: "active-directory",
  hashed: false,
  drivers: ["ldapts"],
  missing: async () => sambaMissing ?? takenPort(),
  async start(people) {
    const { here, ca, caFile, folder } = await makeCertificates();
    const samba = await startSamba(here, caFile);
    const stop = async () => {
      await samba.stop();
      await rm(folder, { recursive: true });
    };
    try {
      await samba.asAdministrator(async (client) => {
        await relaxPasswordPolicy(client, samba.base);
        await addDomainUser(client, samba.base, "reader", password);
        for (const { id, email } of await somePeople(people, [4])) {
          await addDomainUser(client, samba.base, id, password, { fields: { mail: email } });
        }
      });
    } catch (error) {
      await stop();
      throw error;
    }
    const bindDn = `cn=reader,cn=users,${samba.base}`;
    return {
      setting: "Samba's domain controller, TLS",
      secret: JSON.stringify({ url: samba.ldaps, bindDn, password }),
      environment: { BENCH_CA: ca },
      stop,
    };
  },
};
