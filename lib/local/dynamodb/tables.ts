import type { JsonReply } from "../aws-json-server.ts";
import type { Backend } from "./backend.ts";
import {
  createdSettings,
  describedBackups,
  describedSettings,
  describedTimeToLive,
  noSettings,
  type TableSettings,
} from "./table-settings.ts";
import { asObject, errorOf, invalid, type Json, ok, succeeded } from "./wire.ts";

/**
 * The table operations: dynalite's, and around them the settings that dynalite does not know (stream, encryption,
 * deletion protection, time to live, point-in-time recovery). Deletion protection and the stream have an effect; nothing
 * expires.
 */
export interface Tables {
  handles(operation: string): boolean;
  answer(operation: string, request: Json, body: string): Promise<JsonReply>;
  /** The table's description, remembered: for its keys. @throws ServiceError ResourceNotFoundException */
  find(tableName: string): Promise<Json>;
}

export function openTables(backend: Backend): Tables {
  const settings = new Map<string, TableSettings>();
  const found = new Map<string, Json>();
  const settingsOf = (name: string) => settings.get(name) ?? noSettings;

  const describe = async (name: string): Promise<Json> => {
    const answer = succeeded(await backend.call("DescribeTable", JSON.stringify({ TableName: name })));
    return { ...asObject(answer.Table), ...settingsOf(name).described };
  };
  const find = async (name: string): Promise<Json> => {
    const table = found.get(name) ?? (await describe(name));
    found.set(name, table);
    return table;
  };
  /** dynalite changes a table's status a tick later; the caller shall find the table ready. */
  const ready = async (name: string): Promise<Json> => {
    let table = await describe(name);
    while (table.TableStatus !== "ACTIVE") {
      await new Promise((resolve) => setTimeout(resolve, 2));
      table = await describe(name);
    }
    return table;
  };

  const operations = new Map<string, (name: string, request: Json, body: string) => Promise<Json>>();
  operations.set("CreateTable", async (name, request, body) => {
    const created = asObject(succeeded(await backend.call("CreateTable", body)).TableDescription);
    settings.set(name, createdSettings(String(created?.TableArn), request));
    return { TableDescription: await ready(name) };
  });
  operations.set("DescribeTable", async (name) => ({ Table: await describe(name) }));
  operations.set("UpdateTable", async (name, request, body) => {
    const ours = describedSettings(String((await describe(name)).TableArn), request);
    const theirs = ["BillingMode", "ProvisionedThroughput", "GlobalSecondaryIndexUpdates"].some(
      (key) => key in request,
    );
    if (theirs || Object.keys(ours).length === 0) succeeded(await backend.call("UpdateTable", body));
    settings.set(name, { ...settingsOf(name), described: { ...settingsOf(name).described, ...ours } });
    found.delete(name);
    return { TableDescription: await ready(name) };
  });
  operations.set("DeleteTable", async (name, _request, body) => {
    if (settingsOf(name).described.DeletionProtectionEnabled === true) {
      throw invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      );
    }
    const answer = succeeded(await backend.call("DeleteTable", body));
    settings.delete(name);
    found.delete(name);
    while (errorOf(await backend.call("DescribeTable", JSON.stringify({ TableName: name }))) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return answer;
  });
  operations.set("UpdateTimeToLive", async (name, request) => {
    await find(name);
    const wanted = asObject(request.TimeToLiveSpecification);
    const attribute = wanted?.AttributeName;
    if (typeof attribute !== "string" || typeof wanted?.Enabled !== "boolean") {
      throw invalid("TimeToLiveSpecification needs AttributeName (text) and Enabled (true or false)");
    }
    const enabled = settingsOf(name).timeToLiveAttribute !== undefined;
    if (enabled === wanted.Enabled) throw invalid(`TimeToLive is already ${enabled ? "enabled" : "disabled"}`);
    settings.set(name, { ...settingsOf(name), timeToLiveAttribute: wanted.Enabled ? attribute : undefined });
    return { TimeToLiveSpecification: wanted };
  });
  operations.set("DescribeTimeToLive", async (name) => {
    await find(name);
    return describedTimeToLive(settingsOf(name));
  });
  operations.set("UpdateContinuousBackups", async (name, request) => {
    await find(name);
    const wanted = asObject(request.PointInTimeRecoverySpecification);
    settings.set(name, { ...settingsOf(name), pointInTimeRecovery: wanted?.PointInTimeRecoveryEnabled === true });
    return describedBackups(settingsOf(name));
  });
  operations.set("DescribeContinuousBackups", async (name) => {
    await find(name);
    return describedBackups(settingsOf(name));
  });

  return {
    find,
    handles: (operation) => operations.has(operation),
    answer: async (operation, request, body) => {
      const job = operations.get(operation);
      if (job === undefined) throw new Error(`${operation} is no table operation`);
      return ok(await job(String(request.TableName ?? ""), request, body));
    },
  };
}
