import { openSplitImport } from "../lib/app.ts";
import { serveTask } from "../lib/aws/task.ts";

export const handler = serveTask(openSplitImport());
