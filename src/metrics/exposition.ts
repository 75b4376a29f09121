/** OpenMetrics 1.0 as text: https://github.com/prometheus/OpenMetrics, "Text format". Pure. */
import type { Family } from "./families.ts";

export const contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

export interface Sample {
  /** What the name of the sample has beyond that of its family: `_total`, `_bucket`; mostly nothing. */
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

export interface Exposed {
  readonly family: Family;
  readonly samples: readonly Sample[];
}

const escaped = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

function lineOf(family: Family, { suffix, labels, value }: Sample): string {
  const inner = labels.map(([name, text]) => `${name}="${escaped(text)}"`).join(",");
  return `${family.name}${suffix}${inner === "" ? "" : `{${inner}}`} ${value}`;
}

function linesOf({ family, samples }: Exposed): string[] {
  const { name, type, unit, help } = family;
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map((sample) => lineOf(family, sample)),
  ];
}

/** All of it, ended as the format wants it. */
export const writeExposition = (exposed: readonly Exposed[]): string =>
  [...exposed.flatMap(linesOf), "# EOF", ""].join("\n");
