import { tomcatPbkdf2Family } from "../../lib/hashes/tomcat-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(tomcatPbkdf2Family);
