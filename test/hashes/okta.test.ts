import { oktaFamily } from "../../lib/hashes/okta.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(oktaFamily);
