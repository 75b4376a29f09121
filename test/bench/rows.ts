/** Sessions for the benches, the same each time. */

const start = Date.parse("2026-10-01T00:00:00Z");

/** Any number from two others, the same each time. */
const mixed = (a: number, b: number) => (Math.imul(a + 1, 2_654_435_761) ^ Math.imul(b + 7, 40_503)) >>> 8;

/** The `session`th session of a player; one a day, or one in so many seconds. */
export function rowOf(player: number, session: number, secondsApart = 86_400) {
  const kills = 8 + (mixed(player, session) % 17);
  const shots = 150 + (mixed(session, player) % 150);
  return {
    player: `p${player}`,
    session_id: `s${session}`,
    recorded_at: new Date(start + session * secondsApart * 1_000 + player * 1_000).toISOString(),
    game: "bench",
    mode: "ranked",
    duration_minutes: 20 + (mixed(session, 3) % 15),
    actions_per_minute: 80 + (mixed(player, session + 5) % 60),
    headshot_rate: Math.floor(kills * 0.4) / kills,
    reaction_time_ms: 190 + (mixed(player, session + 9) % 90),
    kills,
    deaths: 6 + (mixed(player, session + 11) % 12),
    headshots: Math.floor(kills * 0.4),
    shots_fired: shots,
    shots_hit: Math.floor(shots * 0.22),
  };
}
