import { azureAdSyncFamily } from "../../lib/hashes/azure-ad-sync.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(azureAdSyncFamily);
