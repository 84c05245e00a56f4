import { supabaseFamily } from "../../lib/hashes/supabase.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(supabaseFamily);
