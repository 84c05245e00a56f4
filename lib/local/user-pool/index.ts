/** The Cognito trigger simulator: docs/user-pool-simulator.md. */
export { CognitoFault } from "./fault.ts";
export type { FederatedArrival, FederatedSignIn } from "./flows/federated-sign-in.ts";
export type { CodeMessage, PoolEvent, TriggerAnswer, UserPoolOptions } from "./options.ts";
export { startUserPool, type UserPoolServer } from "./server.ts";
