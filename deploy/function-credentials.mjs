// What AWS's clients take for their search for credentials in the bundles: Lambda gives a function those of its role in
// the environment. The whole search (files, SSO, container and instance services) is a quarter of a bundle that a cold
// start would read, and would let a function act as somebody else.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
