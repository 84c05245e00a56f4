import { grubPbkdf2Family } from "../../lib/hashes/grub-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(grubPbkdf2Family);
