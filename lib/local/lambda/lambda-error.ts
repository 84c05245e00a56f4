/** What a call of Lambda's API is refused with: HTTP status, error name, text. A value, not thrown. */
export class LambdaError {
  readonly status: number;
  readonly type: string;
  readonly message: string;

  constructor(status: number, type: string, message: string) {
    this.status = status;
    this.type = type;
    this.message = message;
  }
}
