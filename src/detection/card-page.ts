/** A detector's card as a page of `docs/detectors/`, and its parameters as data. */
import { z } from "zod";
import type { Detector } from "./detector.ts";

/** One parameter of a card: its default and what it means, with its unit. */
export interface Parameter {
  readonly name: string;
  readonly default: unknown;
  readonly description: string;
}

/** The parameters of a card, in the order of the card. */
export function parametersOf(detector: Detector): Parameter[] {
  const defaults = detector.params.parse({});
  const { properties = {} } = z.toJSONSchema(detector.params, { io: "input" });
  return Object.entries(defaults).map(([name, value]) => {
    const property = properties[name];
    const description = typeof property === "object" ? (property.description ?? "") : "";
    return { name, default: value, description };
  });
}

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join("\n");

/** The page of a detector in Markdown. */
export function pageOf(detector: Detector): string {
  const rows = parametersOf(detector).map(
    (parameter) => `| \`${parameter.name}\` | ${String(parameter.default)} | ${parameter.description} |`,
  );
  const parameters =
    rows.length === 0 ? "None." : ["| parameter | default | meaning |", "|---|---|---|", ...rows].join("\n");
  return `# ${detector.id}

${detector.summary}

Version ${detector.version}, group \`${detector.family}\`, anomaly category \`${detector.category}\`. Members of one group see the same
symptom and never corroborate each other.

## Minimum evidence

${detector.minimumEvidence}

## Known false positives

${list(detector.knownFalsePositives)}

## Parameters

${parameters}

## Sources

${list(detector.sources)}

Made from the detector's card; change the card, then run \`npm run docs\`.
`;
}
