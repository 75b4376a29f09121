/** What runs of jobs write, for the list of all. Their entry comes before the first write. */
import { aDecision } from "./case-writes.ts";
import { send, sessionRows } from "./samples.ts";
import { nowMs } from "./service.ts";
import { run } from "./trail.ts";
import { aPlayer, service, type Written } from "./writes.ts";

export const jobWrites: readonly Written[] = [
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "UPDATE ON decisions",
    before: true,
    call: async () => {
      await aDecision();
      await run(`UPDATE decisions SET expires_at = ${nowMs}, due_at = ${nowMs}`);
      return ["/api/ops/jobs/decisions/runs", { method: "POST" }];
    },
  },
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "UPDATE ON standings",
    before: true,
    call: async () => {
      await send(service, sessionRows(0, 9));
      return ["/api/ops/jobs/rescore/runs", { method: "POST" }];
    },
  },
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "INSERT ON scopes",
    before: true,
    call: async () => {
      await send(service, sessionRows(0, 9));
      await service.call("/api/ops/jobs/rescore/runs", { method: "POST" });
      return ["/api/ops/jobs/baselines/runs", { method: "POST" }];
    },
  },
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "UPDATE ON erasures",
    before: true,
    call: async () => {
      await service.call(`/api/players/${await aPlayer()}?reason=Asked`, { method: "DELETE" });
      return ["/api/ops/jobs/erasures/runs", { method: "POST" }];
    },
  },
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "UPDATE ON retention_walks",
    before: true,
    call: async () => ["/api/ops/jobs/retention/runs", { method: "POST" }],
  },
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "DELETE ON refresh_tokens",
    before: true,
    call: async () => {
      await run(
        "INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at) VALUES ('h', 's', 0, 1)",
      );
      return ["/api/ops/jobs/housekeeping/runs", { method: "POST" }];
    },
  },
  {
    route: "POST /api/ops/jobs/:job/runs",
    action: "job.run",
    change: "INSERT ON audit_seals",
    before: true,
    call: async () => ["/api/ops/jobs/audit/runs", { method: "POST" }],
  },
];
