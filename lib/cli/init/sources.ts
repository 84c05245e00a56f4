import { activeDirectory } from "./sources/active-directory.ts";
import { auth0 } from "./sources/auth0.ts";
import { cognito } from "./sources/cognito.ts";
import { custom } from "./sources/custom.ts";
import { dynamodb } from "./sources/dynamodb.ts";
import { firebase } from "./sources/firebase.ts";
import { http } from "./sources/http.ts";
import { keycloak } from "./sources/keycloak.ts";
import { lambda } from "./sources/lambda.ts";
import { ldap } from "./sources/ldap.ts";
import { mongodb } from "./sources/mongodb.ts";
import { sqlWriters } from "./sql-writer.ts";
import type { StartingSource } from "./starting-source.ts";

/** Every source that is no SQL database, one file each in sources/. */
export const startingSources: readonly StartingSource[] = [
  mongodb,
  dynamodb,
  ldap,
  activeDirectory,
  http,
  lambda,
  cognito,
  auth0,
  keycloak,
  firebase,
  custom,
];

/** What a config can stand on, in the order in which it is offered. */
export const sourceNames: readonly string[] = [...Object.keys(sqlWriters), ...startingSources.map(({ name }) => name)];
