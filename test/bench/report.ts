/** What was measured, as Markdown that goes into `docs/performance.md` as it is. */
import { billOf, type Load, type Units } from "./bill.ts";
import type { Figures, Measured } from "./measure.ts";

export const tableOf = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map((_, place) => (place === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

const thousands = (value: number): string => Math.round(value).toLocaleString("en-US");
export const shown = (value: number): string =>
  value >= 100 ? thousands(value) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
/** Row counts are exact where they are whole. */
const rowsShown = (value: number): string => (Number.isInteger(value) ? thousands(value) : shown(value));

const cellsOf = ({ perSecond, p50Ms, p99Ms, cpuUs, rowsRead, rowsWritten }: Figures): string[] => [
  thousands(perSecond),
  shown(p50Ms),
  shown(p99Ms),
  thousands(cpuUs),
  rowsShown(rowsRead),
  rowsShown(rowsWritten),
];

export interface BareFigures {
  readonly route: Figures;
  readonly read: Figures;
}

/** JSON reads of one player or one page: `hit` at most 1.3 times the smallest database and 3 times the bare read. */
export const targets = { overSmallest: 1.3, overBareRead: 3 } as const;

function verdictOf({ endpoint, overSmallest, overBareRead }: Measured): string {
  if (endpoint.kind !== "read") return "";
  const isHit =
    overSmallest <= targets.overSmallest && overBareRead.every((ratio) => ratio <= targets.overBareRead);
  return isHit ? "hit" : "miss";
}

export function endpointTable(
  sizes: readonly number[],
  bare: BareFigures,
  measured: readonly Measured[],
): string {
  const heads = [
    "endpoint",
    "sessions stored",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "CPU µs",
    "rows read",
    "rows written",
    "CPU over bare read",
    "CPU over fewest sessions",
    "target",
  ];
  const bareRow = (name: string, figures: Figures) => [name, "", ...cellsOf(figures), "", "", ""];
  const rows = measured.flatMap((one) =>
    one.bySize.map((figures, place) => {
      const isLast = place === one.bySize.length - 1;
      return [
        place === 0 ? one.endpoint.name : "",
        thousands(sizes[place] ?? 0),
        ...cellsOf(figures),
        (one.overBareRead[place] ?? Number.NaN).toFixed(2),
        isLast ? one.overSmallest.toFixed(2) : "",
        isLast ? verdictOf(one) : "",
      ];
    }),
  );
  const bareRows = [bareRow("bare Hono", bare.route), bareRow("bare Hono, one D1 read", bare.read)];
  return tableOf(heads, [...bareRows, ...rows]);
}

const loads = [10_000, 1_000_000, 100_000_000] as const;
/** Counters as `docs/limits.md` measures them for keys with a limit of 1,000. */
const usual = { scoresASession: 1, checksASession: 1, limiterCallsARequest: 0.034 } as const;

const dollars = (value: number): string =>
  value === 0 ? "0" : value < 100 ? value.toFixed(2) : thousands(value);

export function billTable(units: Units): string {
  const heads = [
    "sessions a day",
    "a request",
    "kept, days",
    "requests $",
    "CPU $",
    "rows read $",
    "rows written $",
    "counters $",
    "storage $",
    "GB",
    "databases",
    "total $ a month",
  ];
  const rows = loads.flatMap((sessionsADay) =>
    ([1, 1_000] as const).flatMap((sessionsARequest) =>
      [90, 400].map((retentionDays) => {
        const load: Load = {
          sessionsADay,
          sessionsARequest,
          retentionDays,
          ...usual,
        };
        const { usage, dollars: of, total, databases } = billOf(units, load);
        return [
          ...[sessionsADay, sessionsARequest, retentionDays].map(thousands),
          ...[of.requests, of.cpuMs, of.rowsRead, of.rowsWritten].map(dollars),
          ...[of.objectRequests + of.objectGbSeconds, of.storageGb].map(dollars),
          shown(usage.storageGb),
          thousands(databases),
          dollars(total),
        ];
      }),
    ),
  );
  return tableOf(heads, rows);
}
