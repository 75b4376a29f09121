/** What the game servers' logs and the players say: findings for scan-log, and reports. */
import type { Random } from "./random.ts";
import type { BulkRow, Kind, LogFinding, PlayerReport, SeedPlayer } from "./types.ts";

/** A cheat signature with the values of the classic example: 0.95 of kills by headshot, 80 ms to react. */
const blatant = { headshot_rate: 0.95, reaction_time_ms: 80 } as const;

/** Two different signatures in a server's log are a proof, which an uncalibrated scope needs to pass 70. */
const signatures = ["aimbot_lock", "wallhack_trigger", "speed_hack"] as const;
const findingsPerSuspect = 6;

const minutesAfter = (iso: string, minutes: number) =>
  new Date(Date.parse(iso) + Math.round(minutes * 60) * 1_000).toISOString();

/** Findings of one suspect, spread over its latest sessions; after a skill spike these are the changed ones. */
function suspectFindings(random: Random, player: SeedPlayer, sessions: readonly BulkRow[]): LogFinding[] {
  const first = random.whole(0, signatures.length - 1);
  return sessions.slice(-findingsPerSuspect).map((session, index) => ({
    player: player.ref,
    recorded_at: minutesAfter(session.recorded_at, random.between(0.2, 0.8) * session.duration_minutes),
    action: signatures[(first + index) % signatures.length] ?? "aimbot_lock",
    ...blatant,
  }));
}

/** Single findings that honest players leave behind: each is worth a look, none is a proof. */
const innocentFindings: Partial<Record<Kind, Partial<LogFinding>>> = {
  pistol: { headshot_rate: 0.9, reaction_time_ms: 205 },
  sniper: { manual_flag: true },
  elite: { manual_flag: true, reaction_time_ms: 168 },
  new_player: { headshot_rate: 0.88 },
};

/** Log findings of all players; `sessionsOf` answers one player's sessions, oldest first. */
export function drawFindings(
  random: Random,
  players: readonly SeedPlayer[],
  sessionsOf: (ref: string) => readonly BulkRow[],
): LogFinding[] {
  const seen = new Set<Kind>();
  return players.flatMap((player): LogFinding[] => {
    const sessions = sessionsOf(player.ref);
    if (player.suspect) return suspectFindings(random, player, sessions);
    const finding = innocentFindings[player.kind];
    const last = sessions.at(-1);
    if (finding === undefined || last === undefined || seen.has(player.kind)) return [];
    seen.add(player.kind);
    return [{ player: player.ref, recorded_at: minutesAfter(last.recorded_at, 5), ...finding }];
  });
}

type Complaint = Pick<PlayerReport, "reason" | "severity" | "notes">;

const complaints: Partial<Record<Kind, Complaint>> = {
  headshots: { reason: "aimbot_suspected", severity: "high", notes: "Every kill is a headshot." },
  impossible_reaction: {
    reason: "aimbot_suspected",
    severity: "high",
    notes: "Shoots before the peek is over.",
  },
  skill_spike: {
    reason: "rapid_skill_increase",
    severity: "medium",
    notes: "A different player since last week.",
  },
  macro: { reason: "macro_usage", severity: "medium", notes: "Fires at the same rhythm for hours." },
  learner: { reason: "rapid_skill_increase", severity: "low", notes: "Got a lot better this month." },
  elite: { reason: "aimbot_suspected", severity: "medium", notes: "Nobody aims like that." },
  long_hours: { reason: "manual_report", severity: "low", notes: "Always online." },
  new_player: { reason: "manual_report", severity: "low", notes: "Too good for a new account." },
};

/** At most one report a player, by another player. */
export function drawReports(random: Random, players: readonly SeedPlayer[]): PlayerReport[] {
  return players.flatMap((player): PlayerReport[] => {
    const complaint = complaints[player.kind];
    if (complaint === undefined) return [];
    const others = players.filter((other) => other.ref !== player.ref);
    const reporter = others[random.whole(0, others.length - 1)]?.username ?? "anonymous";
    return [{ player: player.ref, ...complaint, reporter }];
  });
}
