/** Who may call what, in one place. A route that is not named here does not exist: it answers 404 and a test fails. */
import type { Role } from "../env.ts";
import type { LimitClass } from "../rate-limit/policy.ts";

export interface Access {
  /** Roles that may call; `public` needs no token. */
  readonly roles: readonly Role[] | "public";
  /** The class whose limit the call counts against; null for none. */
  readonly limit: LimitClass | null;
}

const readers = ["viewer", "analyst", "admin"] as const;
const analysts = ["analyst", "admin"] as const;
const senders = ["ingest", "analyst", "admin"] as const;
const admins = ["admin"] as const;

const read: Access = { roles: readers, limit: "read" };
const page: Access = { roles: "public", limit: "public" };

export const accessTable: Readonly<Record<string, Access>> = {
  "GET /health": { roles: "public", limit: null },
  "GET /": page,
  "GET /sign-in": page,
  "POST /sign-in": page,
  "POST /sign-out": page,
  "GET /console.css": page,
  "GET /icon.svg": page,
  "GET /docs": page,
  "GET /openapi.json": page,

  "POST /api/auth/token": page,
  "POST /api/auth/refresh": page,

  "POST /api/telemetry/sessions": { roles: ["ingest", "admin"], limit: "bulk" },
  "POST /api/security/scan-log": { roles: senders, limit: "write" },
  "POST /api/security/report": { roles: senders, limit: "write" },
  "POST /api/players/:player/session": { roles: ["ingest", "admin"], limit: "write" },
  "POST /api/players": { roles: senders, limit: "write" },
  "PATCH /api/players/:player": { roles: analysts, limit: "write" },

  "GET /api/security/player-risk/:player": read,
  "GET /api/security/dashboard": read,
  "GET /api/players": read,
  "GET /api/players/suspicious": read,
  "GET /api/players/:player": read,
  "GET /api/players/:player/behavior": read,
  "GET /api/players/:player/risk-history": read,
  "GET /api/players/:player/sessions": read,
  "GET /api/players/:player/events": read,
  "GET /api/analytics/cheat-patterns": read,
  "GET /api/analytics/stats": read,
  "GET /api/detectors": read,
  "GET /api/games/:game": read,
  "PUT /api/games/:game": { roles: admins, limit: "admin" },
  "POST /api/analytics/detect-anomalies": read,

  "POST /api/ops/jobs/:job/runs": { roles: admins, limit: "admin" },
};
