import { ldapPbkdf2Family } from "../../lib/hashes/ldap-pbkdf2.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(ldapPbkdf2Family);
