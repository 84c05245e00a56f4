import { asObject, type Json } from "./wire.ts";

/** Settings of a table that dynalite does not know: they are kept and described. */
export interface TableSettings {
  /** What DescribeTable adds to dynalite's answer. */
  readonly described: Json;
  readonly timeToLiveAttribute: string | undefined;
  readonly pointInTimeRecovery: boolean;
}

export const noSettings: TableSettings = { described: {}, timeToLiveAttribute: undefined, pointInTimeRecovery: false };

/**
 * The settings in a CreateTable. Beside the API's own fields it reads what a CloudFormation table has instead
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html): SSEEnabled,
 * a stream without StreamEnabled, TimeToLiveSpecification, PointInTimeRecoverySpecification.
 */
export function createdSettings(tableArn: string, request: Json): TableSettings {
  const timeToLive = asObject(request.TimeToLiveSpecification);
  const recovery = asObject(request.PointInTimeRecoverySpecification);
  return {
    described: describedSettings(tableArn, request),
    timeToLiveAttribute: timeToLive?.Enabled === true ? String(timeToLive.AttributeName) : undefined,
    pointInTimeRecovery: recovery?.PointInTimeRecoveryEnabled === true,
  };
}

/** The part of a CreateTable or UpdateTable that DescribeTable shows and dynalite does not. */
export function describedSettings(tableArn: string, request: Json): Json {
  const stream = asObject(request.StreamSpecification);
  const encryption = asObject(request.SSESpecification);
  const protection = request.DeletionProtectionEnabled;
  const streams = stream !== undefined && stream.StreamEnabled !== false;
  const encrypted = encryption?.Enabled ?? encryption?.SSEEnabled;
  const label = "2026-01-01T00:00:00.000";
  return {
    ...(stream === undefined ? {} : { StreamSpecification: { ...stream, StreamEnabled: streams } }),
    ...(streams ? { LatestStreamLabel: label, LatestStreamArn: `${tableArn}/stream/${label}` } : {}),
    ...(encrypted === true ? { SSEDescription: { Status: "ENABLED", SSEType: "KMS" } } : {}),
    ...(typeof protection === "boolean" ? { DeletionProtectionEnabled: protection } : {}),
  };
}

export function describedTimeToLive(settings: TableSettings): Json {
  const attribute = settings.timeToLiveAttribute;
  const described =
    attribute === undefined
      ? { TimeToLiveStatus: "DISABLED" }
      : { TimeToLiveStatus: "ENABLED", AttributeName: attribute };
  return { TimeToLiveDescription: described };
}

export function describedBackups(settings: TableSettings): Json {
  const status = settings.pointInTimeRecovery ? "ENABLED" : "DISABLED";
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status },
    },
  };
}
