import { springFamily } from "../../lib/hashes/spring.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(springFamily);
