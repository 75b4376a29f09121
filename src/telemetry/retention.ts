/** How long rows are kept, and so how far back they may lie. */

const dayMs = 86_400_000;
/** A hundred years: more is a typing error. */
const maxDays = 36_500;

/** The variables as they are set. */
export interface RetentionTexts {
  readonly SESSION_RETENTION_DAYS?: string | undefined;
  readonly EVENT_RETENTION_DAYS?: string | undefined;
  readonly CASE_RETENTION_DAYS?: string | undefined;
  readonly HISTORY_RETENTION_DAYS?: string | undefined;
  readonly AUDIT_RETENTION_DAYS?: string | undefined;
}

/** Days that rows are kept, by kind. */
export interface Retention {
  readonly sessionDays: number;
  /** Of events, and of the reports beside them. */
  readonly eventDays: number;
  /** Of decided cases with all that belongs to them, and of decisions that are over. */
  readonly caseDays: number;
  /** Of the points in the history of a score. */
  readonly historyDays: number;
  readonly auditDays: number;
}

const defaultDays = {
  SESSION_RETENTION_DAYS: 400,
  EVENT_RETENTION_DAYS: 400,
  CASE_RETENTION_DAYS: 730,
  HISTORY_RETENTION_DAYS: 730,
  AUDIT_RETENTION_DAYS: 365,
} as const satisfies Required<Record<keyof RetentionTexts, number>>;
type Name = keyof typeof defaultDays;
const names = Object.keys(defaultDays) as Name[];

const isSet = (text: string | undefined): text is string => text !== undefined && text !== "";

/** Null for what is no whole number of days. */
function daysOf(text: string): number | null {
  const days = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= maxDays ? days : null;
}

/** What is wrong with the variables, a sentence each: a typing error must not delete what was meant to stay. */
export function retentionFaults(texts: RetentionTexts): string[] {
  const unfit = names.filter((name) => isSet(texts[name]) && daysOf(texts[name]) === null);
  if (unfit.length > 0) {
    return unfit.map((name) => `${name} must be a whole number of days from 1 to ${maxDays}, or unset.`);
  }
  const { caseDays, sessionDays, eventDays, auditDays } = retentionOf(texts);
  if (caseDays >= Math.max(sessionDays, eventDays, auditDays)) return [];
  return [
    "CASE_RETENTION_DAYS must not be less than those of sessions, events and the audit trail: a case says which evidence was judged, and leads to what the trail says of it.",
  ];
}

/**
 * The days of each kind; what is unset, or no whole number of days, is the default. Cases are kept as long as their
 * evidence and their trail unless their own variable says otherwise.
 */
export function retentionOf(texts: RetentionTexts): Retention {
  const days = (name: Name) => daysOf(texts[name] ?? "") ?? defaultDays[name];
  const kept = {
    sessionDays: days("SESSION_RETENTION_DAYS"),
    eventDays: days("EVENT_RETENTION_DAYS"),
    historyDays: days("HISTORY_RETENTION_DAYS"),
    auditDays: days("AUDIT_RETENTION_DAYS"),
  };
  const { sessionDays, eventDays, auditDays } = kept;
  const caseDays = isSet(texts.CASE_RETENTION_DAYS)
    ? days("CASE_RETENTION_DAYS")
    : Math.max(defaultDays.CASE_RETENTION_DAYS, sessionDays, eventDays, auditDays);
  return { ...kept, caseDays };
}

/** As {@link retentionOf}; null where the variables are at fault: then nothing may be deleted by them. */
export const fitRetention = (texts: RetentionTexts): Retention | null =>
  retentionFaults(texts).length > 0 ? null : retentionOf(texts);

/** Telemetry from before these times, in ms, is not taken. */
export interface OldestMs {
  readonly sessions: number;
  readonly events: number;
}

/** Rows from before this are not taken: they would be deleted soon. */
export const oldestMsOf = (nowMs: number, { sessionDays, eventDays }: Retention): OldestMs => ({
  sessions: nowMs - sessionDays * dayMs,
  events: nowMs - eventDays * dayMs,
});

/**
 * Only what intake refuses is deleted: a day later, so that neither a clock that is slow nor a request that takes hours
 * stores again, and counts again, what was deleted.
 */
const marginDays = 1;
/** Cases go a week after their evidence, which may be behind by then: what they judged must not open another case. */
const caseMarginDays = 7;

/** Rows from before these times, in ms, are deleted. */
export interface PrunedBeforeMs {
  readonly sessions: number;
  readonly events: number;
  readonly cases: number;
  readonly history: number;
}

/** What retention deletes at `nowMs`. */
export function prunedBeforeMs(nowMs: number, kept: Retention): PrunedBeforeMs {
  const before = (days: number) => nowMs - days * dayMs;
  return {
    sessions: before(kept.sessionDays + marginDays),
    events: before(kept.eventDays + marginDays),
    cases: before(kept.caseDays + caseMarginDays),
    history: before(kept.historyDays),
  };
}
