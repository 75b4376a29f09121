/** A game server's log is scanned; what it shows is stored as events of its players. */
import type { PlayerRow } from "../db/players.ts";
import type { KnownEvent } from "../db/writes.ts";
import { type LogEntry, type Signal, signalsOf } from "../telemetry/scan.ts";
import { type ActionContext, commit, retryOnRace } from "./context.ts";
import { eventWrites, withoutStored } from "./record-events.ts";

/** One entry of the log, with its player if we know it. */
export interface ScannedEntry extends LogEntry {
  /** As the log names the player. */
  readonly named: number | string;
  readonly player: PlayerRow | null;
  readonly detectedAtMs: number;
  readonly sessionId: string | null;
  /** The same for every repetition of the line, also when the log is sent again. */
  readonly digest: string;
  /** Where in the log it stands, from 0. */
  readonly line: number;
}

export interface ScanAnswer {
  readonly suspicious_players: readonly (number | string)[];
  readonly anomaly_counts: Readonly<Record<string, number>>;
  readonly insights: readonly string[];
  readonly unknown_players: readonly (number | string)[];
  readonly events_recorded: number;
}

/** Suspicious from this summed weight of different signals: one strong signal, or two weak ones. */
const suspiciousWeight = 3;

interface Finding {
  readonly entry: ScannedEntry;
  readonly signals: readonly Signal[];
}

function findingsOf(entries: readonly ScannedEntry[]): Finding[] {
  const once = new Map(entries.map((entry) => [entry.digest, entry] as const).reverse());
  return [...once.values()]
    .map((entry) => ({ entry, signals: signalsOf(entry) }))
    .filter(({ signals }) => signals.length > 0)
    .sort((a, b) => a.entry.line - b.entry.line);
}

/** Most suspicious first, by the weight of the different signals; ties stay in the order of the log. */
function suspectsOf(findings: readonly Finding[]): (number | string)[] {
  const weights = new Map<number | string, Map<string, number>>();
  for (const { entry, signals } of findings) {
    const seen = weights.get(entry.named) ?? new Map<string, number>();
    for (const { name, weight } of signals) seen.set(name, weight);
    weights.set(entry.named, seen);
  }
  const total = (seen: Map<string, number>) => [...seen.values()].reduce((sum, weight) => sum + weight, 0);
  return [...weights]
    .map(([named, seen]) => ({ named, weight: total(seen) }))
    .filter(({ weight }) => weight >= suspiciousWeight)
    .sort((a, b) => b.weight - a.weight)
    .map(({ named }) => named);
}

function countsOf(findings: readonly Finding[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { signals } of findings) {
    for (const { name } of signals) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}

/** Lines from before events are kept are told of, and stored no more. */
function eventsOf(findings: readonly Finding[], oldestMs: number): KnownEvent[] {
  return findings.flatMap(({ entry, signals }) => {
    const { player } = entry;
    if (player === null || entry.detectedAtMs < oldestMs) return [];
    return signals.map((signal) => ({
      playerId: player.id,
      game: player.game,
      detectedAtMs: entry.detectedAtMs,
      id: `scan:${entry.digest}:${signal.name}`,
      type: signal.name,
      severity: signal.severity,
      source: "log" as const,
      sessionId: entry.sessionId,
      notes: null,
      reporter: null,
      attributes: { line: entry.line },
    }));
  });
}

function insightsOf(entries: number, suspects: number, counts: Readonly<Record<string, number>>): string[] {
  const [mostFrequent] = Object.entries(counts);
  if (!mostFrequent) return [`${entries} entries scanned, nothing suspicious found.`];
  const [name, times] = mostFrequent;
  return [
    `${entries} entries scanned, ${suspects} suspicious players.`,
    `Most frequent signal: ${name} (${times}).`,
  ];
}

/**
 * Scans entries and stores their findings; a line that is repeated, in this request or in one before, counts once.
 * Rows of unknown players count in the answer and are stored for nobody. `oldestMs`: older lines are not stored either.
 */
export function scanLog(
  ctx: ActionContext,
  entries: readonly ScannedEntry[],
  oldestMs: number,
): Promise<ScanAnswer> {
  const findings = findingsOf(entries);
  const suspects = suspectsOf(findings);
  const counts = countsOf(findings);
  const unknown = [...new Set(entries.filter(({ player }) => player === null).map(({ named }) => named))];
  const events = eventsOf(findings, oldestMs);
  return retryOnRace(async () => {
    const fresh = await withoutStored(ctx, events);
    const body: ScanAnswer = {
      suspicious_players: suspects,
      anomaly_counts: counts,
      insights: insightsOf(entries.length, suspects.length, counts),
      unknown_players: unknown,
      events_recorded: fresh.length,
    };
    await commit(
      ctx,
      eventWrites(ctx, fresh),
      { status: 200, body },
      {
        action: "telemetry.scan_log",
        target: null,
        details: { entries: entries.length, events: fresh.length },
      },
    );
    return body;
  });
}
