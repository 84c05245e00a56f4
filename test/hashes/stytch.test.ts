import { stytchFamily } from "../../lib/hashes/stytch.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(stytchFamily);
