import { openSplitImport } from "../lib/app-imports.ts";
import { serveTask } from "../lib/aws/task.ts";

export const handler = serveTask(openSplitImport());
