import { logtoFamily } from "../../lib/hashes/logto.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(logtoFamily);
