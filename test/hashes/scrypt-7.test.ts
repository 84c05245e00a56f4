import { scrypt7Family } from "../../lib/hashes/scrypt-7.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(scrypt7Family);
