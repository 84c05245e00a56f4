import { macosFamily } from "../../lib/hashes/macos.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(macosFamily);
