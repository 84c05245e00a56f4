import { seafileFamily } from "../../lib/hashes/seafile.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(seafileFamily);
