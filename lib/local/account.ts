/** The account and region that the stand-ins write into ARNs. The account is the one that dynalite uses. */
export const localAccountId = "000000000000";
export const localRegion = "us-east-1";
