import { fusionauthFamily } from "../../lib/hashes/fusionauth.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(fusionauthFamily);
