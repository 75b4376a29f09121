/** `npm run bench:sweep`: players rescored a second by the Worker's sweep, in direct Miniflare. */
import { startBench } from "./miniflare.ts";
import { rowOf } from "./rows.ts";

const players = Number(process.argv[2] ?? 1_400);
const sessions = 40;
const perRequest = 1_000;

const service = await startBench();
try {
  const rows = Array.from({ length: players * sessions }, (_, i) =>
    rowOf(Math.floor(i / sessions), i % sessions),
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
