/** What the outside is told of, by name. */

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
  "baseline.flag_rate_unexpected",
  "build.distribution_changed",
  "job.failed",
  "job.backlog_aging",
  "webhook.test",
] as const;
export type DomainEventType = (typeof domainEventTypes)[number];
