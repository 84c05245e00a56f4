import { couchdbFamily } from "../../lib/hashes/couchdb.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(couchdbFamily);
