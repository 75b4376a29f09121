/**
 * The quick yes to a session row. It says yes only where the schema does too, in a tenth of the time; whatever it
 * does not vouch for goes to the schema, which also words the faults. A property test holds the two together.
 */
import {
  instantFormat,
  isStorable,
  maxMetric,
  maxMetrics,
  measureLimits,
  metricNameFormat,
  slugFormat,
} from "./fields.ts";
import type { SessionRow } from "./session.ts";

const isText = (value: unknown, max: number): boolean =>
  typeof value === "string" && value.length > 0 && value.length <= max && isStorable(value);
const isTextOrNone = (value: unknown, max: number): boolean => value == null || isText(value, max);
const isSlugOrNone = (value: unknown): boolean =>
  value == null || (typeof value === "string" && slugFormat.test(value));
const isIdOrNone = (value: unknown): boolean =>
  value == null || (Number.isSafeInteger(value) && (value as number) >= 1);

const limits = Object.entries(measureLimits);

function areMeasures(row: Readonly<Record<string, unknown>>): boolean {
  for (const [name, { min, max, whole }] of limits) {
    const value = row[name];
    if (value == null) continue;
    if (typeof value !== "number" || !(value >= min && value <= max)) return false;
    if (whole && !Number.isInteger(value)) return false;
  }
  return true;
}

function areMetrics(value: unknown): boolean {
  if (value == null) return true;
  if (typeof value !== "object" || Array.isArray(value)) return false;
  const names = Object.keys(value);
  if (names.length > maxMetrics) return false;
  for (const name of names) {
    const metric = (value as Record<string, unknown>)[name];
    if (typeof metric !== "number" || !(Math.abs(metric) <= maxMetric) || !metricNameFormat.test(name)) {
      return false;
    }
  }
  return true;
}

const areNames = (row: Readonly<Record<string, unknown>>): boolean =>
  isIdOrNone(row.player_id) &&
  isTextOrNone(row.player, 128) &&
  isText(row.session_id, 128) &&
  isSlugOrNone(row.game) &&
  isSlugOrNone(row.mode) &&
  isTextOrNone(row.build, 64) &&
  isTextOrNone(row.server, 128);

/** Whether a row, as JSON gives it, is certainly one that {@link SessionRow} takes as it stands. */
export function isPlainRow(input: unknown): input is SessionRow {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return false;
  const row = input as Readonly<Record<string, unknown>>;
  const at = row.recorded_at;
  return (
    typeof at === "string" &&
    instantFormat.test(at) &&
    areNames(row) &&
    areMeasures(row) &&
    areMetrics(row.metrics)
  );
}
