import { hashcatPbkdf2Family } from "../../lib/hashes/hashcat-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(hashcatPbkdf2Family);
