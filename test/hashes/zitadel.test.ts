import { zitadelFamily } from "../../lib/hashes/zitadel.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(zitadelFamily);
