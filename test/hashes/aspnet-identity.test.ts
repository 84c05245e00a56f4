import { aspnetIdentityFamily } from "../../lib/hashes/aspnet-identity.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(aspnetIdentityFamily);
