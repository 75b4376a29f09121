/** What a request says that a key may do. */
import type { z } from "zod";
import type { Grant } from "../db/api-keys.ts";
import { badRequest } from "./problem.ts";
import type { NewKeyRequest } from "./schemas/access.ts";

/** @throws Problem 400 for a time that has passed */
export function expiryOf(expiresAt: string | null | undefined, nowMs: number): number | null {
  if (expiresAt == null) return null;
  const expiresAtMs = Date.parse(expiresAt);
  if (expiresAtMs > nowMs) return expiresAtMs;
  const detail = "expires_at must lie ahead.";
  throw badRequest([{ pointer: "/expires_at", code: "out_of_range", detail }]);
}

/** @throws Problem 400 for an expiry that has passed */
export function grantOf(asked: z.output<typeof NewKeyRequest>, nowMs: number): Grant {
  const { name, scopes = [], adapter, games, expires_at, limits } = asked;
  return {
    name,
    scopes,
    games: games ?? null,
    adapter: adapter ?? null,
    limits: limits ?? null,
    expiresAtMs: expiryOf(expires_at, nowMs),
  };
}
