/** Events in the words of people, for chats. */
import type { DomainEventType } from "../../decisions/event-types.ts";

/** An event as it is told. */
export interface Told {
  readonly id: number;
  readonly type: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const titles: Readonly<Record<DomainEventType, string>> = {
  "case.opened": "A case was opened",
  "case.decided": "A case was decided",
  "case.appealed": "A case was appealed",
  "decision.started": "A decision started",
  "decision.ended": "A decision ended",
  "decision.automation_paused": "Automatic decisions were paused",
  "appeal.filed": "An appeal was filed",
  "appeal.decided": "An appeal was decided",
  "report.resolved": "A report was resolved",
  "detector.proof_suspended": "A detector's proof was suspended",
  "baseline.flag_rate_unexpected": "A detector flags unusually many or few players",
  "build.distribution_changed": "A build of the game moved its players' metrics",
  "job.failed": "A job failed",
  "job.backlog_aging": "Changed players wait for their scores",
  "webhook.test": "This is a test",
};

export const titleOf = (type: string): string => titles[type as DomainEventType] ?? type;

const maxFacts = 10;

type Fact = readonly [name: string, value: string];

function factsIn(data: Readonly<Record<string, unknown>>, prefix: string, depth: number): Fact[] {
  return Object.entries(data).flatMap(([key, value]): Fact[] => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.length === 0 ? [] : [[name, value.map(textOf).join(", ")]];
    if (typeof value !== "object") return [[name, String(value)]];
    return depth === 0 ? [] : factsIn(value as Record<string, unknown>, name, depth - 1);
  });
}

const textOf = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

/** The first facts of an event, by name; what is deeper than one object is left out. */
export const factsOf = ({ data }: Told): Fact[] => factsIn(data, "", 1).slice(0, maxFacts);

const same = (text: string) => text;

/** One line of at most `max` UTF-16 units, escaped and then cut, with a mark, never within a character or an escape. */
export function cut(text: string, max: number, guard: (text: string) => string = same): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const whole = guard(line);
  if (whole.length <= max) return whole;
  let kept = "";
  for (const character of line) {
    const piece = guard(character);
    if (kept.length + piece.length > max - 1) break;
    kept += piece;
  }
  return `${kept}…`;
}

/** How many events a digest lists; the others are counted by type. */
const listed = 10;

export interface Summary {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A digest in words. */
export function summaryOf(events: readonly Told[]): Summary {
  const lines = events.slice(0, listed).map((event) => {
    const facts = factsOf(event).map(([name, value]) => `${name} ${cut(value, 60)}`);
    return `${titleOf(event.type)}${facts.length > 0 ? ": " : ""}${facts.slice(0, 4).join(", ")}`;
  });
  const counts = new Map<string, number>();
  for (const { type } of events.slice(listed)) counts.set(type, (counts.get(type) ?? 0) + 1);
  const others = [...counts].map(([type, n]) => `and ${n} more: ${titleOf(type)}`);
  return { title: `${events.length} events`, lines: [...lines, ...others] };
}
