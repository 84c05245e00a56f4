/** An error that the simulator answers with, named as Cognito names it. */
export class CognitoFault extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.name = "CognitoFault";
    this.type = type;
  }
}

export function invalidParameter(message: string): CognitoFault {
  return new CognitoFault("InvalidParameterException", message);
}

export function notAuthorized(message: string): CognitoFault {
  return new CognitoFault("NotAuthorizedException", message);
}

/** The one sentence for an unknown user and a wrong password. */
export function wrongUserOrPassword(): CognitoFault {
  return notAuthorized("Incorrect username or password.");
}

export function userNotFound(message = "User does not exist."): CognitoFault {
  return new CognitoFault("UserNotFoundException", message);
}

/** What the code and reset actions say for an unknown user, where the sign-in says "User does not exist.". */
export function combinationNotFound(): CognitoFault {
  return userNotFound("Username/client id combination not found.");
}

/** For what Cognito has and the simulator does not: it says so rather than pretend. */
export function notSimulated(what: string): CognitoFault {
  return invalidParameter(`${what} is not part of this simulator; see docs/user-pool-simulator.md for what is.`);
}
