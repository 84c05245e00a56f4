import { openGate } from "../lib/app.ts";
import { serve } from "../lib/aws/lambda.ts";
import { cognitoPreAuthentication } from "../lib/hooks/cognito-pre-authentication.ts";

export const handler = serve(cognitoPreAuthentication, openGate());
