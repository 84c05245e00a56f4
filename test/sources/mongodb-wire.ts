import type { Socket } from "node:net";
import { BSON, type Document } from "mongodb";

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ and legacy-opcodes/
const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;
const headerBytes = 16;

/**
 * Hands each command that comes over the socket to `answer`, and sends what that returns; nothing for undefined.
 * Speaks OP_MSG, and OP_QUERY for the first `hello`.
 */
export function speakMongodb(socket: Socket, answer: (command: Document) => Document | undefined): void {
  let waiting: Buffer = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= headerBytes && waiting.length >= waiting.readInt32LE(0)) {
      const message = waiting.subarray(0, waiting.readInt32LE(0));
      waiting = waiting.subarray(message.length);
      const opcode = message.readInt32LE(12);
      const command = opcode === opQuery ? readQuery(message) : readMessage(message);
      const reply = answer(command);
      if (reply === undefined) continue;
      // Nothing, doubled: what a reply has before its document.
      const before = opcode === opQuery ? replyHead() : Buffer.alloc(5);
      const body = Buffer.concat([before, BSON.serialize(reply)]);
      const header = Buffer.alloc(headerBytes);
      header.writeInt32LE(headerBytes + body.length, 0);
      header.writeInt32LE(message.readInt32LE(4), 8);
      header.writeInt32LE(opcode === opQuery ? opReply : opMsg, 12);
      socket.write(Buffer.concat([header, body]));
    }
  });
}

/** Flags, then sections: the command itself (kind 0), and documents that belong into it (kind 1). */
function readMessage(message: Buffer): Document {
  let command: Document = {};
  let at = headerBytes + 4;
  while (at < message.length) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) command = { ...BSON.deserialize(section), ...command };
    else {
      const nameEnd = section.indexOf(0, 4);
      const documents: Document[] = [];
      for (let inner = nameEnd + 1; inner < size; inner += section.readInt32LE(inner)) {
        documents.push(BSON.deserialize(section.subarray(inner, inner + section.readInt32LE(inner))));
      }
      command[section.toString("utf8", 4, nameEnd)] = documents;
    }
    at += 1 + size;
  }
  return command;
}

/** Flags, the name of a collection, two numbers, the command. */
function readQuery(message: Buffer): Document {
  return BSON.deserialize(message.subarray(message.indexOf(0, headerBytes + 4) + 9));
}

/** Flags, a cursor, where it starts, and that there is one document. */
function replyHead(): Buffer {
  const head = Buffer.alloc(20);
  head.writeInt32LE(1, 16);
  return head;
}
