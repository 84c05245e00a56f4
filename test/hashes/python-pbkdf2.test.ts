import { pythonPbkdf2Family } from "../../lib/hashes/python-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(pythonPbkdf2Family);
