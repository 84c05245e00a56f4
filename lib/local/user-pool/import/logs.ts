import { CognitoFault } from "../fault.ts";
import { flag, type Input, integer, optionalText, text, texts } from "../input.ts";
import { pageOf } from "../pages.ts";
import type { World } from "../world.ts";
import type { ImportJob } from "./import-job.ts";

/** CloudWatch Logs, as far as a reader of import jobs needs it. */
export const logsTarget = "Logs_20140328.";

type LogsAction = (world: World, input: Input) => object;

const nameRules = { min: 1, max: 512 };

/** Log groups come into being with their first job that ran. */
function jobsOf(world: World, input: Input): readonly ImportJob[] {
  const group = text(input, "logGroupName", nameRules);
  const jobs = [...world.imports.byId.values()].filter((job) => job.log.length > 0 && logGroupOf(world, job) === group);
  if (jobs.length === 0) throw notFound("The specified log group does not exist.");
  return jobs;
}

function logGroupOf(world: World, job: ImportJob): string {
  return `/aws/cognito/userpools/${job.poolId}/${world.pools.get(job.poolId)?.name ?? ""}`;
}

function streamOf(job: ImportJob): string {
  return `${job.id}/${job.name}`;
}

function notFound(message: string): CognitoFault {
  return new CognitoFault("ResourceNotFoundException", message);
}

const describeLogStreams: LogsAction = (world, input) => {
  const prefix = optionalText(input, "logStreamNamePrefix", nameRules) ?? "";
  const limit = integer(input, "limit", { min: 1, max: 50 }) ?? 50;
  const streams = jobsOf(world, input).filter((job) => streamOf(job).startsWith(prefix));
  const { page, next } = pageOf(streams, limit, optionalText(input, "nextToken"));
  return {
    logStreams: page.map((job) => ({ logStreamName: streamOf(job), creationTime: job.created.getTime() })),
    ...(next === undefined ? {} : { nextToken: next }),
  };
};

/** Tokens are `f/` or `b/` and a place: at the end of the stream the same token comes back, as with the real one. */
const getLogEvents: LogsAction = (world, input) => {
  const name = text(input, "logStreamName", nameRules);
  const job = jobsOf(world, input).find((each) => streamOf(each) === name);
  if (job === undefined) throw notFound("The specified log stream does not exist.");
  const limit = integer(input, "limit", { min: 1, max: 10_000 }) ?? world.settings.logPageSize;
  const fromHead = flag(input, "startFromHead") ?? false;
  const token = optionalText(input, "nextToken");
  const [, way, place] = /^([fb])\/([0-9]{1,9})$/.exec(token ?? "") ?? [];
  if (token !== undefined && place === undefined) {
    throw new CognitoFault("InvalidParameterException", "The specified nextToken is invalid.");
  }
  const size = job.log.length;
  const asked =
    place === undefined ? (fromHead ? 0 : size - limit) : way === "b" ? Number(place) - limit : Number(place);
  const start = Math.min(Math.max(0, asked), size);
  const end = way === "b" ? Math.min(Number(place), size) : Math.min(start + limit, size);
  return {
    events: job.log.slice(start, end).map((line) => event(line)),
    nextForwardToken: `f/${end}`,
    nextBackwardToken: `b/${start}`,
  };
};

/** Without filter patterns. */
const filterLogEvents: LogsAction = (world, input) => {
  if (optionalText(input, "filterPattern") !== undefined) {
    throw new CognitoFault("InvalidParameterException", "Filter patterns are not part of this simulator.");
  }
  const names = texts(input, "logStreamNames", nameRules);
  const prefix = optionalText(input, "logStreamNamePrefix", nameRules) ?? "";
  const limit = integer(input, "limit", { min: 1, max: 10_000 }) ?? world.settings.logPageSize;
  const events = jobsOf(world, input)
    .filter((job) => streamOf(job).startsWith(prefix) && (names === undefined || names.includes(streamOf(job))))
    .flatMap((job) =>
      job.log.map((line, index) => ({ ...event(line), logStreamName: streamOf(job), eventId: `${job.id}-${index}` })),
    );
  const { page, next } = pageOf(events, limit, optionalText(input, "nextToken"));
  return { events: page, ...(next === undefined ? {} : { nextToken: next }) };
};

function event({ at, message }: ImportJob["log"][number]) {
  return { timestamp: at.getTime(), ingestionTime: at.getTime(), message };
}

/** Every action of CloudWatch Logs that the simulator has. */
export const logsActions: ReadonlyMap<string, LogsAction> = new Map([
  ["DescribeLogStreams", describeLogStreams],
  ["FilterLogEvents", filterLogEvents],
  ["GetLogEvents", getLogEvents],
]);
