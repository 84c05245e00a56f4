/** What the functions read of their environment; nothing else reads process.env. */
export interface Environment {
  /** The ledger's table. */
  readonly table: string | undefined;
  /** What the attempts' digests are keyed with: the same in all environments. */
  readonly attemptKey: string | undefined;
  /** The pool that imports make users in; without it every user waits in the vault. */
  readonly userPool: string | undefined;
  /** The bucket that uploads, and what is made of them, are in. */
  readonly importBucket: string | undefined;
  /** The KMS key that uploads to it are encrypted with; without it AWS's own for S3. */
  readonly importKey: string | undefined;
  /** Users that one environment makes there in a second. */
  readonly importsPerSecond: number;
  /** The function's memory, MiB. Lambda gives a processor's share in proportion: one whole at 1,769 MiB. */
  readonly memoryMb: number;
}

/** What AWS's clients may be told by a function's environment, by the SDK's own names. */
export interface AwsSettings {
  readonly region: string;
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
  readonly userAgentAppId: string;
}

/**
 * The settings of AWS's clients in a Lambda function; undefined elsewhere, where files and profiles count too.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html#EVarSettings
 */
export function readAwsSettings(): AwsSettings | undefined {
  const { AWS_LAMBDA_FUNCTION_NAME, AWS_REGION, AWS_SDK_UA_APP_ID = "" } = process.env;
  if (AWS_LAMBDA_FUNCTION_NAME === undefined || AWS_REGION === undefined) return undefined;
  return {
    region: AWS_REGION,
    useFipsEndpoint: process.env.AWS_USE_FIPS_ENDPOINT === "true",
    useDualstackEndpoint: process.env.AWS_USE_DUALSTACK_ENDPOINT === "true",
    userAgentAppId: AWS_SDK_UA_APP_ID,
  };
}

export function readEnvironment(): Environment {
  const { SAMEKEY_TABLE, SAMEKEY_USER_POOL, SAMEKEY_IMPORT_BUCKET, SAMEKEY_IMPORTS_PER_SECOND } = process.env;
  const { SAMEKEY_ATTEMPT_KEY, SAMEKEY_IMPORT_KEY, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = process.env;
  const memoryMb = Number(AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const perSecond = Number(SAMEKEY_IMPORTS_PER_SECOND);
  return {
    table: SAMEKEY_TABLE,
    attemptKey: SAMEKEY_ATTEMPT_KEY,
    userPool: SAMEKEY_USER_POOL === "" ? undefined : SAMEKEY_USER_POOL,
    importBucket: SAMEKEY_IMPORT_BUCKET === "" ? undefined : SAMEKEY_IMPORT_BUCKET,
    importKey: SAMEKEY_IMPORT_KEY,
    importsPerSecond: perSecond >= 1 && perSecond <= 100 ? perSecond : 5,
    memoryMb: Number.isInteger(memoryMb) && memoryMb > 0 ? memoryMb : 1769,
  };
}
