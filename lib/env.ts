/** What the functions read of their environment; nothing else reads process.env. */
export interface Environment {
  /** The ledger's table. */
  readonly table: string | undefined;
  /** The function's memory, MiB. Lambda gives a processor's share in proportion: one whole at 1,769 MiB. */
  readonly memoryMb: number;
}

export function readEnvironment(): Environment {
  const { SAMEKEY_TABLE, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = process.env;
  const memoryMb = Number(AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  return {
    table: SAMEKEY_TABLE,
    memoryMb: Number.isInteger(memoryMb) && memoryMb > 0 ? memoryMb : 1769,
  };
}
