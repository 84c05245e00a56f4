import { lotusFamily } from "../../lib/hashes/lotus.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(lotusFamily);
