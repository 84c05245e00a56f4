/**
 * The function's own name in what a caller may give for it: name, ARN, or `account:function:name`; a qualifier must be
 * $LATEST (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). Undefined for anything else.
 */
export function functionNameOf(given: string): string | undefined {
  const pattern = /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?\d{12}:function:)?(?<name>[\w-]{1,140})(?<qualifier>:\$LATEST)?$/;
  return pattern.exec(given)?.groups?.name;
}
