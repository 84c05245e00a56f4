import type { UserNames } from "../../core/platform-name.ts";

/** A password family: its file in lib/hashes, and how the config makes it. */
export interface FormatCall {
  readonly file: string;
  readonly call: string;
}

/** What differs between one starting config and another. All texts are lines from column 0. */
export interface ConfigParts {
  /** What the config is for, as the end of its first sentence. */
  readonly about: string;
  /** The source's file in lib/sources. */
  readonly source: string;
  /** Declarations before the config itself. */
  readonly declarations?: string;
  /** The call that makes the source. */
  readonly call: string;
  readonly passwords?: {
    /** What to check of the formats, as comment lines without their slashes. */
    readonly notes: readonly string[];
    readonly formats: readonly FormatCall[];
  };
  readonly userNames: UserNames;
}
