import { supertokensFamily } from "../../lib/hashes/supertokens.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(supertokensFamily);
