/** What one entry of a scanned log shows. Thresholds favour the player: a signal is a finding, never a verdict. */
import type { Severity } from "../detection/evidence.ts";

/** Actions that only a cheat performs; a game server writes them when its own check fires. */
export const flaggedActions = ["aimbot_lock", "wallhack_trigger", "speed_hack"] as const;

/** Above what one log line's honest share of headshots plausibly is. Chosen by us; it never counts alone. */
export const headshotSpikeRate = 0.85;
/** Below the fastest human reaction to a stimulus: doi:10.1080/02640410600718004 puts it near 100 ms. */
export const impossibleReactionMs = 100;
/** Metres per second: the fastest human sprint measured is 12.4; games that are faster declare their own metric. */
export const sprintSpeedMps = 12.5;

export interface LogEntry {
  readonly action?: string | null | undefined;
  readonly headshot_rate?: number | null | undefined;
  readonly reaction_time_ms?: number | null | undefined;
  readonly movement_speed?: number | null | undefined;
  readonly manual_flag?: boolean | null | undefined;
}

/** A signal, what it weighs in the order of suspicious players, and how severe the event is that it leaves. */
export interface Signal {
  readonly name: string;
  readonly severity: Severity;
  readonly weight: number;
}

const flagged: ReadonlySet<string> = new Set(flaggedActions);

/** All signals of one entry; empty for an entry that shows nothing. */
export function signalsOf(entry: LogEntry): readonly Signal[] {
  const signals: Signal[] = [];
  if (entry.action != null && flagged.has(entry.action)) {
    signals.push({ name: entry.action, severity: "critical", weight: 5 });
  }
  if (entry.reaction_time_ms != null && entry.reaction_time_ms < impossibleReactionMs) {
    signals.push({ name: "impossible_reaction", severity: "high", weight: 3 });
  }
  if (entry.movement_speed != null && entry.movement_speed > sprintSpeedMps) {
    signals.push({ name: "speed_anomaly", severity: "high", weight: 3 });
  }
  if (entry.headshot_rate != null && entry.headshot_rate > headshotSpikeRate) {
    signals.push({ name: "headshot_spike", severity: "medium", weight: 2 });
  }
  if (entry.manual_flag === true) signals.push({ name: "manual_flag", severity: "medium", weight: 1 });
  return signals;
}
