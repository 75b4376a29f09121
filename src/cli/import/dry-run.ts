/** Whether the service knows dry runs: one that does not would store the rows that were only to be checked. */
import type { Exchange } from "./deliver.ts";

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** @throws Error where the service's document does not name the parameter */
export async function requireDryRun(exchange: Exchange): Promise<void> {
  const document = await exchange({ method: "GET", path: "/openapi.json" });
  const parameters = ["paths", "/api/telemetry/sessions", "post", "parameters"].reduce(memberOf, document);
  const names = Array.isArray(parameters) ? parameters.map((parameter) => memberOf(parameter, "name")) : [];
  if (!names.includes("dry_run")) throw new Error("This service cannot check rows without storing them.");
}
