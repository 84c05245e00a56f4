import type { Metafile } from "esbuild";

export interface Bundle {
  readonly bytes: number;
  /** The files of which esbuild kept at least a byte, with what it kept. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** What esbuild took into the one output whose path ends so. */
export function bundleOf(metafile: Metafile, name: string): Bundle {
  const [, output] = Object.entries(metafile.outputs).find(([path]) => path.endsWith(name)) ?? [];
  const inputs = Object.entries(output?.inputs ?? {}).map(
    ([path, { bytesInOutput }]) => [path, bytesInOutput] as const,
  );
  return { bytes: output?.bytes ?? 0, inputs: new Map(inputs.filter(([, bytes]) => bytes > 0)) };
}

/** The package of node_modules that a file belongs to; undefined for one of this project. */
export function packageOf(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}
