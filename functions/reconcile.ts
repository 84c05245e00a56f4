import { openReconcile } from "../lib/app-reconcile.ts";
import { serveScheduled } from "../lib/aws/scheduled.ts";

export const handler = serveScheduled(openReconcile());
