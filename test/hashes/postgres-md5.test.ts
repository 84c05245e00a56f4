import { postgresMd5Family } from "../../lib/hashes/postgres-md5.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(postgresMd5Family);
