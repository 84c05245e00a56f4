import { kratosFamily } from "../../lib/hashes/kratos.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(kratosFamily);
