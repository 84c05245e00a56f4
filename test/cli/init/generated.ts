import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { configText } from "../../../lib/cli/init/config-text.ts";
import { configOf, everyRequest, nameOf } from "../../../lib/cli/init/store.ts";

/** A folder that stands for the clone, with every config that init can write; the caller removes it. */
export interface Generated {
  readonly folder: string;
  readonly files: readonly string[];
}

/** `postgres-django-username.config.ts`: the name of the config of one request. */
export function fileOf({ store, userNames }: ReturnType<typeof everyRequest>[number]): string {
  return `${nameOf(store).replaceAll(" ", "-")}-${userNames}.config.ts`;
}

export async function generateAll(): Promise<Generated> {
  const folder = await mkdtemp(join(tmpdir(), "samekey-init-"));
  for (const name of ["lib", "node_modules", "package.json"]) await symlink(resolve(name), join(folder, name));
  const requests = everyRequest();
  for (const request of requests) {
    await writeFile(join(folder, fileOf(request)), configText(configOf(request.store, request.userNames)));
  }
  return { folder, files: requests.map(fileOf) };
}
