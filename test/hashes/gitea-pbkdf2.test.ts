import { giteaPbkdf2Family } from "../../lib/hashes/gitea-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(giteaPbkdf2Family);
