import {
  type CreateImportSettings,
  createImport,
  readImport,
  type WaitSettings,
  waitForImport,
} from "./import-file.ts";
import { type ImportUsersSettings, importUsers } from "./import-users.ts";
import { type RetrySettings, usualRetry } from "./retry.ts";
import { openSend } from "./signed-request.ts";
import type { Credentials, Import, ImportUser, UserResult } from "./types.ts";

export { ApiError } from "./api-error.ts";
export type { CreateImportSettings, WaitSettings } from "./import-file.ts";
export type { ImportCounts, ImportUsersSettings } from "./import-users.ts";
export { NetworkError } from "./retry.ts";
export type * from "./types.ts";

export interface ClientSettings {
  /** The API's address, as `https://….execute-api.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
  /** Without it the endpoint's own. */
  readonly region?: string;
  /** Without them those of your AWS settings: environment, profile, SSO, the role of the machine. */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  readonly retry?: Partial<RetrySettings>;
}

/** Samekey's import API. What is refused or fails is thrown as ApiError or NetworkError. */
export interface Client {
  /** One result for each user, in their order, as they come. */
  importUsers(
    users: AsyncIterable<ImportUser> | Iterable<ImportUser>,
    settings?: ImportUsersSettings,
  ): AsyncGenerator<UserResult>;
  /** Begins an import of a file and uploads it. @returns the import's id */
  createImport(path: string, settings?: CreateImportSettings): Promise<string>;
  readImport(id: string, settings?: { readonly signal?: AbortSignal }): Promise<Import>;
  /** Waits until an import is over. */
  waitForImport(id: string, settings?: WaitSettings): Promise<Import>;
}

/** @throws TypeError for an endpoint that is no address, or without a region where the endpoint names none */
export function openClient({ endpoint, region, credentials = ownCredentials(), retry = {} }: ClientSettings): Client {
  const url = new URL(endpoint);
  const [, named] = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(url.hostname) ?? [];
  const known = region ?? named;
  if (known === undefined) throw new TypeError(`region: missing, and ${url.hostname} does not name one`);
  const send = openSend({ url, region: known, credentials });
  const rules = { ...usualRetry, ...retry };
  return {
    importUsers: (users, settings = {}) => importUsers(send, rules, users, settings),
    createImport: (path, settings = {}) => createImport(send, rules, path, settings),
    readImport: (id, { signal } = {}) => readImport(send, rules, id, signal),
    waitForImport: (id, settings = {}) => waitForImport(send, rules, id, settings),
  };
}

/** The whole search is loaded when nobody has said whose credentials count. */
function ownCredentials(): () => Promise<Credentials> {
  let found: Promise<() => Promise<Credentials>> | undefined;
  return async () => {
    found ??= import("@aws-sdk/credential-provider-node").then(({ defaultProvider }) => defaultProvider());
    return (await found)();
  };
}
