// The network of the functions that ask the legacy database; null puts a function outside of any VPC.
const { configFacts, told } = require("./config-facts.cjs");

async function always({ resolveVariable }) {
  const [subnetIds, securityGroupIds] = await Promise.all([
    list(resolveVariable, "vpcSubnets"),
    list(resolveVariable, "vpcSecurityGroups"),
  ]);
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return null;
  if (subnetIds.length === 0 || securityGroupIds.length === 0) {
    throw told("vpcSubnets and vpcSecurityGroups go together: one of them is empty");
  }
  return { subnetIds, securityGroupIds };
}

async function whenGateAsks(tools) {
  const { gateAsks } = await configFacts(await tools.resolveVariable("param:config"));
  return gateAsks ? always(tools) : null;
}

async function list(resolveVariable, name) {
  const text = String((await resolveVariable(`param:${name}`)) ?? "");
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

module.exports = { always, list, whenGateAsks };
