import { scryptLambdaworksFamily } from "../../lib/hashes/scrypt-lambdaworks.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(scryptLambdaworksFamily);
