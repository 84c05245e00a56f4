import { firebaseFamily } from "../../lib/hashes/firebase.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(firebaseFamily);
