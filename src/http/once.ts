/** `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a write that is sent again is answered again. */

import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { randomToken, sha256Hex } from "../auth/digest.ts";
import { batch } from "../db/client.ts";
import { claimKey, completeKey, releaseKey, type StoredKey } from "../db/idempotency.ts";
import { type AppEnv, type Completion, principalOf } from "../env.ts";
import { Problem } from "./problem.ts";

const keepMs = 24 * 3_600_000;
/** Longer than any request runs. */
const leaseMs = 120_000;
const keyFormat = /^[\x21-\x7e]{1,255}$/;

/** Same principal, route and key: same request. */
function scopeOf(c: Context<AppEnv>, key: string): Promise<string> {
  return sha256Hex(JSON.stringify([c.var.actor && principalOf(c.var.actor), c.var.routeKey, key]));
}

/** Path and query belong to what is asked, as the body does. */
async function bodyHashOf(c: Context<AppEnv>): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  const body = c.var.bodyDigest ?? (c.req.bodyCache.text ? await c.req.text() : "");
  return sha256Hex(JSON.stringify([pathname, search, body]));
}

function replay(stored: StoredKey): Response {
  return new Response(stored.body, {
    status: stored.status ?? 200,
    headers: { "content-type": "application/json", "idempotent-replayed": "true" },
  });
}

/** The answer for a key that somebody else holds. */
function answerHeld(stored: StoredKey | null, bodyHash: string): Response {
  if (stored && stored.body_hash !== bodyHash) {
    throw new Problem(422, "idempotency_key_reused", "This Idempotency-Key was used with another request.");
  }
  if (stored?.status == null) {
    throw new Problem(409, "request_in_flight", "A request with this Idempotency-Key is still running.", {
      headers: { "retry-after": "1" },
    });
  }
  return replay(stored);
}

/** Stores what the handler answered if its write did not, and gives the key back after a failure. */
async function settle(
  c: Context<AppEnv>,
  completion: Completion,
  keyHash: string,
  claim: string,
): Promise<void> {
  if (completion.saved) return;
  if (!c.res.ok) return releaseKey(c.var.db, keyHash, claim);
  try {
    await batch(c.var.db, [completion.save(c.res.status, await c.res.clone().json())]);
  } catch (error) {
    // What is not saved with its write can be done again, and need not wait for the lease.
    await releaseKey(c.var.db, keyHash, claim).catch(() => {});
    throw error;
  }
}

/**
 * Honours the header where it is sent. After validation, so that a malformed request claims nothing; and not where
 * `isReading` says that the request writes nothing anyway.
 */
export const once = (isReading: (c: Context<AppEnv>) => boolean = () => false): MiddlewareHandler<AppEnv> =>
  createMiddleware<AppEnv>(async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined || isReading(c)) return next();
    if (!keyFormat.test(key)) {
      const detail = "Idempotency-Key must be 1 to 255 printable ASCII characters.";
      throw new Problem(400, "invalid_idempotency_key", detail);
    }
    const [keyHash, bodyHash] = await Promise.all([scopeOf(c, key), bodyHashOf(c)]);
    const claim = randomToken();
    const stored = await claimKey(c.var.db, {
      keyHash,
      bodyHash,
      claim,
      nowMs: c.var.nowMs,
      leaseMs,
      keepMs,
    });
    if (stored?.claim !== claim) return answerHeld(stored, bodyHash);
    const completion: Completion = {
      saved: false,
      save: (status, body) => completeKey(c.var.db, keyHash, claim, status, body),
    };
    c.set("completion", completion);
    await next();
    await settle(c, completion, keyHash, claim);
  });
