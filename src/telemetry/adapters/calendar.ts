/** Dates without a clock: civil days and milliseconds since the epoch, proleptic Gregorian. */

export const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Days since 1970-01-01 of a civil date. Source: Howard Hinnant, "chrono-compatible low-level date algorithms". */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  );
}

export type DateParts = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

/** Milliseconds since the epoch, the parts read as UTC; null where a part is out of its range. */
export function instantOf([year, month, day, hour, minute, second]: DateParts, ms = 0): number | null {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return null;
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return null;
  return daysOf(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

function civilOf(days: number): readonly [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

const padded = (value: number, width: number): string => String(value).padStart(width, "0");

/** ISO 8601 in UTC with milliseconds, for years 1970 to 9999. */
export function isoOf(atMs: number): string {
  const days = Math.floor(atMs / dayMs);
  const rest = Math.floor(atMs - days * dayMs);
  const [year, month, day] = civilOf(days);
  const time = [rest / 3_600_000, (rest / minuteMs) % 60, (rest / 1000) % 60].map((part) =>
    padded(Math.floor(part), 2),
  );
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}T${time.join(":")}.${padded(rest % 1000, 3)}Z`;
}

/** `20260119T185538`: a time as part of an id. */
export function stampOf(atMs: number): string {
  return isoOf(atMs).slice(0, 19).replaceAll(/[-:]/g, "");
}

/**
 * How far a sender's local clock is ahead of UTC, in whole quarters of an hour (the grid of time zones), from one
 * of its local times against our receipt; 0 where the two are further apart than zones are: an old file.
 */
export function zoneOffsetMs(localMs: number, receivedAtMs: number): number {
  const quarter = 15 * minuteMs;
  const offset = Math.round((localMs - receivedAtMs) / quarter) * quarter;
  return Math.abs(offset) <= 14 * 60 * minuteMs ? offset : 0;
}
