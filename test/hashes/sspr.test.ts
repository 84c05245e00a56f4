import { ssprFamily } from "../../lib/hashes/sspr.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(ssprFamily);
