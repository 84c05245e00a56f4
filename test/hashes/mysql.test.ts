import { mysqlFamily } from "../../lib/hashes/mysql.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(mysqlFamily);
