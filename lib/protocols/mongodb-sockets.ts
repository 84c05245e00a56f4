/// <reference path="./mongodb-internals.d.ts" />
import type { Connection } from "mongodb/lib/cmap/connection.js";

/** All sockets of one client, its monitors' too. */
export interface MongodbSockets {
  /** What the driver makes its connections of. */
  readonly connectionType: typeof Connection;
  /** Tells the end of the connection that carries commands. */
  onEnd(listener: () => void): void;
  /** Ends what is open, and what opens from now on. */
  destroy(): void;
}

/**
 * Keeps hold of the driver's sockets. Closing a client leaves those alone that are still shaking hands or
 * authenticating: a server that has stopped there would hold them until the driver's timeouts end.
 */
export function openMongodbSockets(Base: typeof Connection): MongodbSockets {
  const open = new Set<Connection>();
  let destroyed = false;
  let ended: () => void = () => undefined;

  class WatchedConnection extends Base {
    constructor(stream: unknown, options: unknown) {
      super(stream, options);
      open.add(this);
      this.once("close", () => {
        open.delete(this);
        if (this.id !== "<monitor>") ended();
      });
      if (destroyed) this.destroy();
    }
  }

  return {
    connectionType: WatchedConnection,
    onEnd(listener) {
      ended = listener;
    },
    destroy() {
      destroyed = true;
      for (const connection of open) connection.destroy();
    },
  };
}
