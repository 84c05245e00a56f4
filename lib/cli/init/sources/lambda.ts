import { type StartingSource, typedLookups } from "../starting-source.ts";

export const lambda: StartingSource = {
  name: "lambda",
  title: "another Lambda function",
  userNames: ["email", "username", "alias", "phone"],
  secrets: {},
  read: (userNames) => ({
    call: `lambda({
  // What it is asked, and what it may answer: docs/sources/lambda.md. An alias or a version may follow the name.
  functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:legacy-users",
  lookups: [${typedLookups(userNames)}],
  // With "authenticate" the function checks the password. Without it, \`find\` hands out the hash, and
  // \`passwords\` has to be added below: how it is checked.
  actions: ["find", "authenticate"],
})`,
  }),
};
