import { auth0Family } from "../../lib/hashes/auth0.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(auth0Family);
