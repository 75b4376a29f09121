/** `npm run bench:sweep`: players rescored a second by the Worker's sweep, in direct Miniflare. */
import { startBench } from "./miniflare.ts";

const players = Number(process.argv[2] ?? 1_400);
const sessions = 40;
const perRequest = 1_000;
const start = Date.parse("2026-10-01T00:00:00Z");

/** Any number from two others, the same each time. */
const mixed = (a: number, b: number) => (Math.imul(a + 1, 2_654_435_761) ^ Math.imul(b + 7, 40_503)) >>> 8;

function row(player: number, session: number) {
  const kills = 8 + (mixed(player, session) % 17);
  const shots = 150 + (mixed(session, player) % 150);
  return {
    player: `p${player}`,
    session_id: `s${session}`,
    recorded_at: new Date(start + session * 86_400_000 + player * 1_000).toISOString(),
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

const service = await startBench();
try {
  const rows = Array.from({ length: players * sessions }, (_, i) =>
    row(Math.floor(i / sessions), i % sessions),
  );
  const ingestStart = performance.now();
  for (let at = 0; at < rows.length; at += perRequest) {
    await service.call("POST", "/api/telemetry/sessions", { sessions: rows.slice(at, at + perRequest) });
  }
  const ingestSeconds = (performance.now() - ingestStart) / 1_000;
  const sweepStart = performance.now();
  let processed = 0;
  for (let remaining = 1; remaining > 0; ) {
    const run = await service.call("POST", "/api/ops/jobs/rescore/runs");
    processed += Number(run.processed);
    remaining = Number(run.remaining);
  }
  const sweepSeconds = (performance.now() - sweepStart) / 1_000;
  console.table({
    ingest: {
      n: rows.length,
      unit: "sessions",
      seconds: ingestSeconds,
      "per second": rows.length / ingestSeconds,
    },
    sweep: {
      n: processed,
      unit: "players of 40 sessions",
      seconds: sweepSeconds,
      "per second": processed / sweepSeconds,
    },
  });
} finally {
  await service.stop();
}
