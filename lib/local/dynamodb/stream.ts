import { isDeepStrictEqual } from "node:util";
import { localRegion } from "../account.ts";
import type { FoundItem, Items } from "./items.ts";
import type { Tables } from "./tables.ts";
import { asItem, asObject, type Item, type Json } from "./wire.ts";

/** A record as Lambda gets it: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly eventVersion: "1.1";
  readonly eventSource: "aws:dynamodb";
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: "NEW_AND_OLD_IMAGES";
  };
}

/** Tells what a write has changed, where the table has a stream. */
export interface Stream {
  /** Looks at the items that a single or batch write names. @returns what to call once it has succeeded. */
  watch(operation: string, request: Json): Promise<() => Promise<void>>;
  /** One item, as it stood and as it stands. */
  changed(found: FoundItem, after: Item | undefined): Promise<void>;
}

/** For nobody who listens. */
export const noStream: Stream = { watch: async () => async () => undefined, changed: async () => undefined };

interface Named {
  readonly table: string;
  readonly keyOrItem: Item;
  readonly from: "key" | "item";
}

/** Both images of each item that really changed, as NEW_AND_OLD_IMAGES has them. */
export function openStream(
  tables: Tables,
  items: Items,
  now: () => number,
  onRecord: (record: StreamRecord) => void,
): Stream {
  let sequence = 0;

  async function changed({ table, key, image }: FoundItem, after: Item | undefined): Promise<void> {
    const arn = await streamArn(tables, table);
    if (arn === undefined || isDeepStrictEqual(image, after)) return;
    sequence += 1;
    onRecord({
      eventID: sequence.toString(16).padStart(32, "0"),
      eventName: image === undefined ? "INSERT" : after === undefined ? "REMOVE" : "MODIFY",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: localRegion,
      eventSourceARN: arn,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(now() / 1000),
        Keys: key,
        ...(after === undefined ? {} : { NewImage: after }),
        ...(image === undefined ? {} : { OldImage: image }),
        SequenceNumber: String(sequence).padStart(21, "0"),
        SizeBytes: JSON.stringify([image, after]).length,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    });
  }

  return {
    changed,
    async watch(operation, request) {
      const found: FoundItem[] = [];
      for (const { table, keyOrItem, from } of namedBy(operation, request)) {
        if ((await streamArn(tables, table)) === undefined) continue;
        const one = await items.find(table, keyOrItem, from);
        if (typeof one !== "string") found.push(one);
      }
      return async () => {
        for (const one of found) {
          const after = await items.find(one.table, one.key, "key");
          if (typeof after !== "string") await changed(one, after.image);
        }
      };
    },
  };
}

async function streamArn(tables: Tables, table: string): Promise<string | undefined> {
  const arn = (await tables.find(table).catch(() => undefined))?.LatestStreamArn;
  return typeof arn === "string" ? arn : undefined;
}

function namedBy(operation: string, request: Json): readonly Named[] {
  const table = String(request.TableName);
  switch (operation) {
    case "PutItem":
      return named(table, request.Item, "item");
    case "UpdateItem":
    case "DeleteItem":
      return named(table, request.Key, "key");
    case "BatchWriteItem":
      return Object.entries(asObject(request.RequestItems) ?? {}).flatMap(([name, writes]) =>
        (Array.isArray(writes) ? writes : []).flatMap((write: unknown) => {
          const { PutRequest, DeleteRequest } = asObject(write) ?? {};
          return [
            ...named(name, asObject(PutRequest)?.Item, "item"),
            ...named(name, asObject(DeleteRequest)?.Key, "key"),
          ];
        }),
      );
    default:
      return [];
  }
}

function named(table: string, value: unknown, from: Named["from"]): readonly Named[] {
  const keyOrItem = asItem(value);
  return keyOrItem === undefined ? [] : [{ table, keyOrItem, from }];
}
