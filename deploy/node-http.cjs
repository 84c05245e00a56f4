// What `node:http` is in the bundles. An ES module that imports it by name makes Node read each of its exports, and three
// of them load undici: some 15 ms of processor time at every cold start, for a client that no function uses.
// Lambda's own runtime takes the module this way too (aws-lambda-ric 4, index.mjs).
module.exports = process.getBuiltinModule("node:http");
