import { keycloakFamily } from "../../lib/hashes/keycloak.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(keycloakFamily);
