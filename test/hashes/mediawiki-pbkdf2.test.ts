import { mediawikiPbkdf2Family } from "../../lib/hashes/mediawiki-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(mediawikiPbkdf2Family);
