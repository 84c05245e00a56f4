import { sybaseAseFamily } from "../../lib/hashes/sybase-ase.ts";
import { describeFamily } from "./family-suite.ts";

describeFamily(sybaseAseFamily);
