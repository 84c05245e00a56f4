import { aspnetIdentity } from "./schemas/aspnet-identity.ts";
import { devise } from "./schemas/devise.ts";
import { django } from "./schemas/django.ts";
import { drupal } from "./schemas/drupal.ts";
import { drupal7 } from "./schemas/drupal7.ts";
import { keycloak } from "./schemas/keycloak.ts";
import { laravel } from "./schemas/laravel.ts";
import { nextauth } from "./schemas/nextauth.ts";
import { plain } from "./schemas/plain.ts";
import { springSecurity } from "./schemas/spring-security.ts";
import { supabase } from "./schemas/supabase.ts";
import { wordpress } from "./schemas/wordpress.ts";
import type { SqlSchema } from "./sql-schema.ts";

/** Every schema, one file each in schemas/; the first is what is taken without another word. */
export const schemas: readonly SqlSchema[] = [
  plain,
  django,
  devise,
  laravel,
  wordpress,
  drupal,
  drupal7,
  aspnetIdentity,
  keycloak,
  springSecurity,
  supabase,
  nextauth,
];
