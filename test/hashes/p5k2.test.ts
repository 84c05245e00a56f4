import { p5k2Family } from "../../lib/hashes/p5k2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(p5k2Family);
