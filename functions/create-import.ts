import { openCreateImport } from "../lib/app-imports.ts";
import { serveHttp } from "../lib/aws/http-api.ts";

export const handler = serveHttp(openCreateImport());
