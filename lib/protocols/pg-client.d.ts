// @types/pg tells of the package as a whole; pg's own `exports` name this part of it.
declare module "pg/lib/client.js" {
  import { Client } from "pg";
  export default Client;
}
