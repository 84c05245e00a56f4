/** The time that the hand-written side gives to AWS's clients. */
export const clientSettings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 700, requestTimeout: 1500, throwOnRequestTimeout: true },
};

/** The one secret of a bench: how the legacy store is reached. */
export const secretName = "samekey/bench-source";
