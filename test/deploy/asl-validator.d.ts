// asl-validator 4.0.0 ships no types: what the tests call of it.
declare module "asl-validator" {
  function validator(definition: object): {
    readonly isValid: boolean;
    readonly errors: readonly object[];
    errorsText(separator?: string): string;
  };
  export = validator;
}
