/** Events for the outside, written in the batch of the change that they tell of. */
import type { SQL } from "drizzle-orm";
import type { Db, Statement } from "../../db/client.ts";

/** `domain.verb` of everything that a receiver can ask for. */
export const domainEventTypes = [
  "case.opened",
  "case.decided",
  "case.appealed",
  "decision.started",
  "decision.ended",
  "decision.automation_paused",
  "appeal.filed",
  "appeal.decided",
  "report.resolved",
  "detector.proof_suspended",
  "detector.combination_proposed",
  "job.failed",
  "webhook.test",
] as const;
export type DomainEventType = (typeof domainEventTypes)[number];

export interface DomainEvent {
  readonly type: DomainEventType;
  /** The game that it is about; null: none, so that only receivers of all games hear of it. */
  readonly game: string | null;
  /** What is told, or SQL that makes its JSON text within the batch. Ids and facts, never a secret. */
  readonly data: Readonly<Record<string, unknown>> | SQL;
}

/** The statements that put events into the outbox. */
export function emitWrites(_db: Db, _nowMs: number, _events: readonly DomainEvent[]): Statement[] {
  return [];
}
