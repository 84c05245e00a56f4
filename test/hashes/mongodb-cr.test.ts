import { mongodbCrFamily } from "../../lib/hashes/mongodb-cr.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(mongodbCrFamily);
