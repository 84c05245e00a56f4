import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import type { Resource } from "./packaged.ts";

type Spec = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type ResourceType = ReturnType<Spec["all"]>[number] & { readonly properties: Properties };
type Properties = Readonly<Record<string, { readonly type: PropertyType; readonly required?: boolean }>>;
type PropertyType =
  | { readonly type: "string" | "number" | "integer" | "boolean" | "json" | "date-time" | "null" | "tag" }
  | { readonly type: "array" | "map"; readonly element: PropertyType }
  | { readonly type: "ref"; readonly reference: { readonly $ref: string } }
  | { readonly type: "union"; readonly types: readonly PropertyType[] };

/**
 * What CloudFormation's schema has against a template: unknown resource types and properties, missing properties, wrong
 * types. It knows no allowed values; cfn-lint does, where it is there.
 */
export async function schemaFaults(resources: Readonly<Record<string, Resource>>): Promise<readonly string[]> {
  const spec = await loadAwsServiceSpec();
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    const [type] = [...spec.lookup("resource", "cloudFormationType", "equals", Type)] as unknown as ResourceType[];
    if (type === undefined) return [`${id}: no such type ${Type}`];
    return propertyFaults(spec, `${id} (${Type})`, Properties ?? {}, type.properties);
  });
}

function propertyFaults(
  spec: Spec,
  path: string,
  given: Readonly<Record<string, unknown>>,
  known: Properties,
): readonly string[] {
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required === true && given[name] === undefined)
    .map(([name]) => `${path}.${name}: missing`);
  const wrong = Object.entries(given).flatMap(([name, value]) => {
    const property = Object.hasOwn(known, name) ? known[name] : undefined;
    return property === undefined
      ? [`${path}.${name}: no such property`]
      : valueFaults(spec, `${path}.${name}`, value, property.type);
  });
  return [...missing, ...wrong];
}

function valueFaults(spec: Spec, path: string, value: unknown, type: PropertyType): readonly string[] {
  // What an intrinsic function gives is known only at deployment.
  if (isObject(value) && Object.keys(value).some((key) => key === "Ref" || key.startsWith("Fn::"))) return [];
  switch (type.type) {
    case "string":
    case "date-time":
      return typeof value === "string" ? [] : [`${path}: no text`];
    case "number":
    case "integer":
      return typeof value === "number" ? [] : [`${path}: no number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path}: neither true nor false`];
    case "array":
      if (!Array.isArray(value)) return [`${path}: no list`];
      return value.flatMap((one, index) => valueFaults(spec, `${path}[${index}]`, one, type.element));
    case "map":
      if (!isObject(value)) return [`${path}: no map`];
      return Object.entries(value).flatMap(([key, one]) => valueFaults(spec, `${path}.${key}`, one, type.element));
    case "ref": {
      if (!isObject(value)) return [`${path}: no object`];
      const { properties } = spec.get("typeDefinition", type.reference.$ref) as unknown as { properties: Properties };
      return propertyFaults(spec, path, value, properties);
    }
    case "union": {
      const each = type.types.map((one) => valueFaults(spec, path, value, one));
      return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? []);
    }
    case "tag":
      return isObject(value) && typeof value.Key === "string" ? [] : [`${path}: no tag`];
    default:
      return [];
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
