// What the bench calls of papaparse, which comes without types: https://www.papaparse.com/docs
declare module "papaparse" {
  import type { Readable } from "node:stream";

  interface Config<Row> {
    readonly header?: boolean;
    chunk(results: { readonly data: readonly Row[] }): void;
    complete(): void;
    error(error: Error): void;
  }
  const papaparse: { parse<Row>(input: Readable, config: Config<Row>): void };
  export default papaparse;
}
