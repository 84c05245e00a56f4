import { aspnetMembershipFamily } from "../../lib/hashes/aspnet-membership.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(aspnetMembershipFamily);
