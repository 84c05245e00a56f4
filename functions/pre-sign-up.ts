import { openSignUpGuard } from "../lib/app.ts";
import { serve } from "../lib/aws/lambda.ts";
import { cognitoPreSignUp } from "../lib/hooks/cognito-pre-sign-up.ts";

export const handler = serve(cognitoPreSignUp, openSignUpGuard());
