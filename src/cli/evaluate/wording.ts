/** Numbers as people read them, the same on the terminal and in the report. */
import type { Interval } from "./metrics.ts";

const missing = "-";

export const whole = (n: number): string => n.toLocaleString("en-US");

function digitsOf(percent: number): number {
  if (percent === 0 || percent >= 9.95) return 0;
  return percent >= 0.95 ? 1 : 2;
}

/** 0.0042 is `0.42`: percent, with as many digits as matter. */
export function percent(share: number): string {
  return Number.isNaN(share) ? missing : (100 * share).toFixed(digitsOf(100 * share));
}

/** `0.42 (0.2-0.9)`, in percent. */
export function percentInterval({ value, low, high }: Interval): string {
  return Number.isNaN(value) ? missing : `${percent(value)} (${percent(low)}-${percent(high)})`;
}

/** `0.912 (0.897-0.927)`. */
export function aucInterval(auc: Interval | null): string {
  if (auc === null) return missing;
  return `${auc.value.toFixed(3)} (${auc.low.toFixed(3)}-${auc.high.toFixed(3)})`;
}

export const auc = (value: Interval | null): string => (value === null ? missing : value.value.toFixed(3));
