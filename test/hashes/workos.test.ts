import { workosFamily } from "../../lib/hashes/workos.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(workosFamily);
