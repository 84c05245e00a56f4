import { clerkFamily } from "../../lib/hashes/clerk.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(clerkFamily);
