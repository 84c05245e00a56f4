import { openAfterChange } from "../lib/app.ts";
import { serveStream } from "../lib/aws/stream.ts";

export const handler = serveStream(openAfterChange());
