import { openFinishImport } from "../lib/app-imports.ts";
import { serveTask } from "../lib/aws/task.ts";

export const handler = serveTask(openFinishImport());
