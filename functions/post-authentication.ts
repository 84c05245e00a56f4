import { openCompletion } from "../lib/app.ts";
import { serve } from "../lib/aws/lambda.ts";
import { cognitoPostAuthentication } from "../lib/hooks/cognito-post-authentication.ts";

export const handler = serve(cognitoPostAuthentication, openCompletion());
