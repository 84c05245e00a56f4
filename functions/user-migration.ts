import { openSignIn } from "../lib/app.ts";
import { serve } from "../lib/aws/lambda.ts";
import { cognitoUserMigration } from "../lib/hooks/cognito-user-migration.ts";

export const handler = serve(cognitoUserMigration, openSignIn());
