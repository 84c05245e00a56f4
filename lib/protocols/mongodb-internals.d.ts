// The one inner class of the MongoDB driver that is used: what it makes of each socket, monitors' included. The driver's
// own types leave it out, so `mongodb` is pinned exactly in package.json.
declare module "mongodb/lib/cmap/connection.js" {
  export class Connection {
    constructor(stream: unknown, options: unknown);
    readonly id: number | "<monitor>";
    once(event: "close", listener: () => void): this;
    destroy(): void;
  }
}
