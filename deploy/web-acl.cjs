// The limit by address: an AWS WAF rate rule on the user pool. No trigger's event has the address that a request came from.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html
const { told } = require("./config-facts.cjs");

// AWS WAF's own bounds: https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
const least = 10;
const most = 2_000_000_000;
const windowSeconds = 300;

/**
 * @param {{ prefix: string, limit: number, pool: unknown }} settings `pool` is the ARN of the user pool.
 */
function webAcl({ prefix, limit, pool }) {
  const visible = (MetricName) => ({ CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName });
  return {
    WebAcl: {
      Type: "AWS::WAFv2::WebACL",
      Properties: {
        Name: prefix,
        Description: `Holds each address to ${limit} requests in five minutes`,
        Scope: "REGIONAL",
        DefaultAction: { Allow: {} },
        VisibilityConfig: visible(prefix),
        Rules: [
          {
            Name: "requests-of-an-address",
            Priority: 0,
            Action: { Block: {} },
            Statement: {
              RateBasedStatement: { AggregateKeyType: "IP", Limit: limit, EvaluationWindowSec: windowSeconds },
            },
            VisibilityConfig: visible(`${prefix}-requests-of-an-address`),
          },
        ],
      },
    },
    WebAclAssociation: {
      Type: "AWS::WAFv2::WebACLAssociation",
      Properties: { WebACLArn: { "Fn::GetAtt": ["WebAcl", "Arn"] }, ResourceArn: pool },
    },
  };
}

module.exports = async ({ resolveVariable }) => {
  const [prefix, kind, ownPool, word, requests] = await Promise.all([
    resolveVariable("self:custom.prefix"),
    resolveVariable("param:pool"),
    resolveVariable("param:userPool"),
    resolveVariable("param:waf"),
    resolveVariable("param:wafRequests"),
  ]);
  if (word !== "on" && word !== "off") throw told(`--param "waf=${word}": allowed are on and off`);
  const limit = Number(requests);
  if (!Number.isInteger(limit) || limit < least || limit > most) {
    throw told(`--param "wafRequests=${requests}": allowed are whole numbers from ${least} to ${most}`);
  }
  const pool = kind === "existing" ? ownPool : { "Fn::GetAtt": ["UserPool", "Arn"] };
  // A pool of yours whose ARN is not given is not known here.
  return { Resources: word === "off" || !pool ? {} : webAcl({ prefix, limit, pool }) };
};
