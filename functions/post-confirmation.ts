import { openCompletion } from "../lib/app.ts";
import { serve } from "../lib/aws/lambda.ts";
import { cognitoPostConfirmation } from "../lib/hooks/cognito-post-confirmation.ts";

export const handler = serve(cognitoPostConfirmation, openCompletion());
