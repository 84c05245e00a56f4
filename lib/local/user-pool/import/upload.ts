import type { IncomingMessage } from "node:http";
import { readBody } from "../../loopback.ts";
import type { World } from "../world.ts";
import { maxFileBytes } from "./csv-form.ts";
import type { ImportJob } from "./import-job.ts";

const path = /^\/user-import\/([\w-]{43})$/;
/** How long the address of an upload is valid (developer guide, "Creating a user import job"). */
const validMs = 15 * 60_000;

export interface UploadAnswer {
  readonly status: number;
  readonly body: string;
}

export function uploadAddress(world: World, job: ImportJob): string {
  return `${world.endpoint()}/user-import/${job.uploadToken}`;
}

/** Takes the file of an import job as S3 does for a presigned PUT: the token alone opens, and only for its time. */
export async function takeUpload(world: World, request: IncomingMessage): Promise<UploadAnswer> {
  const [, token] = path.exec(new URL(request.url ?? "/", "http://localhost").pathname) ?? [];
  const job = [...world.imports.byId.values()].find((each) => each.uploadToken === token);
  const file = await readBody(request, maxFileBytes);
  if (job === undefined) return refused(403, "AccessDenied");
  if (world.settings.now().getTime() - job.created.getTime() >= validMs) return refused(403, "AccessDenied");
  // The header is part of the signature.
  if (request.headers["x-amz-server-side-encryption"] !== "aws:kms") return refused(403, "SignatureDoesNotMatch");
  if (request.headers["content-length"] === undefined) return refused(411, "MissingContentLength");
  if (file === undefined) return refused(400, "EntityTooLarge");
  if (job.status !== "Created") return refused(403, "AccessDenied");
  job.file = file;
  return { status: 200, body: "" };
}

function refused(status: number, code: string): UploadAnswer {
  return { status, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>` };
}
