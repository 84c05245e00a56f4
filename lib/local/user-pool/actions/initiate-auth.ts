import { invalidParameter, notSimulated } from "../fault.ts";
import { refreshTokens } from "../flows/refresh.ts";
import { signInByPassword } from "../flows/sign-in.ts";
import { type Input, text, textMap } from "../input.ts";
import { checkSecretHash } from "../secret-hash.ts";
import { type Action, type Client, clientOf, type Pool, poolClientOf, type World } from "../world.ts";

/** A flow of the API and the entry of ExplicitAuthFlows that lets a client use it. */
interface Flow {
  readonly kind: "password" | "refresh";
  readonly needs: string;
}

const refresh: Flow = { kind: "refresh", needs: "ALLOW_REFRESH_TOKEN_AUTH" };
const publicFlows: ReadonlyMap<string, Flow> = new Map([
  ["USER_PASSWORD_AUTH", { kind: "password", needs: "ALLOW_USER_PASSWORD_AUTH" }],
  ["REFRESH_TOKEN_AUTH", refresh],
  ["REFRESH_TOKEN", refresh],
]);
const adminFlows: ReadonlyMap<string, Flow> = new Map([
  ["ADMIN_USER_PASSWORD_AUTH", { kind: "password", needs: "ALLOW_ADMIN_USER_PASSWORD_AUTH" }],
  ["ADMIN_NO_SRP_AUTH", { kind: "password", needs: "ALLOW_ADMIN_USER_PASSWORD_AUTH" }],
  ["REFRESH_TOKEN_AUTH", refresh],
  ["REFRESH_TOKEN", refresh],
]);
const absentFlows = ["CUSTOM_AUTH", "USER_SRP_AUTH", "USER_AUTH"];

export const initiateAuth: Action = (world, input) => {
  const { pool, client } = clientOf(world, input);
  return begin(world, pool, client, input, publicFlows);
};

export const adminInitiateAuth: Action = (world, input) => {
  const { pool, client } = poolClientOf(world, input);
  return begin(world, pool, client, input, adminFlows);
};

function begin(
  world: World,
  pool: Pool,
  client: Client,
  input: Input,
  flows: ReadonlyMap<string, Flow>,
): Promise<object> {
  const known = [...publicFlows.keys(), ...adminFlows.keys(), ...absentFlows];
  const name = text(input, "AuthFlow", { oneOf: [...new Set(known)] });
  if (absentFlows.includes(name)) throw notSimulated(`The flow ${name}`);
  const flow = flows.get(name);
  // A flow of the other action: a password that only an administrator may send, or the reverse.
  if (flow === undefined) throw invalidParameter("Initiate Auth method not supported.");
  if (!client.settings.flows.includes(flow.needs)) {
    throw invalidParameter(
      name === "USER_PASSWORD_AUTH"
        ? `${name} flow not enabled for this client`
        : "Auth flow not enabled for this client",
    );
  }
  const parameters = textMap(input, "AuthParameters") ?? new Map<string, string>();
  if (flow.kind === "refresh") return refreshTokens(world, pool, client, parameters);
  const typed = required(parameters, "USERNAME");
  const password = required(parameters, "PASSWORD");
  checkSecretHash(client, [typed], parameters.get("SECRET_HASH"));
  return signInByPassword(world, pool, client, { typed, password, clientMetadata: textMap(input, "ClientMetadata") });
}

function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}
