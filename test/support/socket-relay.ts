// Starts a server that can only listen on all interfaces, and relays to it from a Unix socket. Run inside a network
// namespace of its own it makes the server reachable through that socket alone.
//
//   node socket-relay.ts SOCKET PORT COMMAND [ARGUMENT...]
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { argv, exit, stdin } from "node:process";

const [, , socket = "", port = "", command = "", ...rest] = argv;
const server = spawn(command, rest, { stdio: ["ignore", "ignore", "inherit"] });
const end = () => {
  server.kill("SIGKILL");
  exit(0);
};
server.on("exit", () => exit(1));
server.on("error", () => exit(1));
// The test process holds the other end: when it goes away, however it goes, so does the server.
stdin.on("close", end).resume();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);

createServer((incoming) => {
  const outgoing = connect(Number(port), "127.0.0.1");
  incoming.on("error", () => outgoing.destroy());
  outgoing.on("error", () => incoming.destroy());
  incoming.pipe(outgoing).pipe(incoming);
}).listen(socket);
