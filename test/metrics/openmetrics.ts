/** A reader of OpenMetrics 1.0 text that takes nothing but what the specification lets be written. */

export interface Read {
  readonly type: string;
  readonly unit: string | null;
  readonly help: string;
  /** `name{label="value"}` as it was written, to the value. */
  readonly samples: Map<string, number>;
}

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = `[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"`;
const sampleLine = new RegExp(
  `^(${name})((?:\\{${label}(?:,${label})*\\})?) (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`,
);
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
};

function expectHistogram({ samples }: Read, family: string): void {
  const buckets = [...samples].filter(([key]) => key.startsWith(`${family}_bucket`));
  const bounds = buckets.map(([key]) => /le="([^"]*)"/.exec(key)?.[1] ?? "");
  if (bounds.at(-1) !== "+Inf") throw new Error(`${family}: no bucket without a bound`);
  if (bounds.some((bound) => !/^(\d+\.\d+|\+Inf)$/.test(bound))) throw new Error(`${family}: ${bounds}`);
  const values = buckets.map(([, value]) => value);
  if (values.some((value, i) => value < (values[i - 1] ?? 0))) throw new Error(`${family}: ${values}`);
  if (values.at(-1) !== samples.get(`${family}_count`)) throw new Error(`${family}: count`);
}

/** Takes a line of metadata; a new family begins with its type. */
function takeMetadata(
  families: Map<string, Read>,
  [word, of, rest]: readonly [string, string, string],
): void {
  if (word === "TYPE") {
    if (families.has(of)) throw new Error(`${of} comes twice.`);
    families.set(of, { type: rest, unit: null, help: "", samples: new Map() });
    return;
  }
  const [family, read] = [...families].at(-1) ?? [];
  if (of !== family || !read || read.samples.size > 0) throw new Error(`Metadata out of place: ${of}`);
  if (word === "UNIT" && !of.endsWith(`_${rest}`)) throw new Error(`${of} lacks its unit.`);
  Object.assign(read, word === "UNIT" ? { unit: rest } : { help: rest });
}

function takeSample(families: Map<string, Read>, line: string): void {
  const [family, read] = [...families].at(-1) ?? [];
  const [, sample = "", labels = "", value] = sampleLine.exec(line) ?? [];
  const allowed = (suffixes[read?.type ?? ""] ?? []).map((suffix) => `${family}${suffix}`);
  if (!read || !allowed.includes(sample)) throw new Error(`Not a sample of ${family}: ${line}`);
  if (read.samples.has(sample + labels)) throw new Error(`It comes twice: ${line}`);
  read.samples.set(sample + labels, Number(value));
}

/** @throws Error for whatever the format does not allow */
export function parseOpenMetrics(text: string): Map<string, Read> {
  if (!text.endsWith("\n# EOF\n")) throw new Error("It does not end with # EOF.");
  const families = new Map<string, Read>();
  for (const line of text.slice(0, -"# EOF\n".length).split("\n").slice(0, -1)) {
    const [, word, of = "", rest = ""] = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (word === undefined) takeSample(families, line);
    else takeMetadata(families, [word, of, rest]);
  }
  for (const [of, one] of families) if (one.type === "histogram") expectHistogram(one, of);
  return families;
}
