import { springMd4Family } from "../../lib/hashes/spring-md4.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(springMd4Family);
