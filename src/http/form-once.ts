/** A form that is sent twice, by a double click or by loading its answer again, is obeyed once. */
import type { Context } from "hono";
import { randomToken, sha256Hex } from "../auth/digest.ts";
import { claimKey, releaseKey } from "../db/idempotency.ts";
import { type AppEnv, principalOf } from "../env.ts";
import { conflict } from "./problem.ts";

const keptMs = 24 * 3_600_000;

/**
 * Does the work unless the same person has sent a form of this mark before. Nothing of the answer is kept: for forms
 * that are answered with a secret. A form that failed can be sent again.
 * @throws Problem 409 for one that was obeyed already
 */
export async function obeyOnce<T>(c: Context<AppEnv>, mark: string, work: () => Promise<T>): Promise<T> {
  const { actor, db, nowMs, routeKey } = c.var;
  const keyHash = await sha256Hex(JSON.stringify([actor && principalOf(actor), routeKey, "form", mark]));
  const claim = randomToken();
  const asked = { keyHash, bodyHash: keyHash, claim, nowMs, leaseMs: keptMs, keepMs: keptMs };
  const stored = await claimKey(db, asked);
  if (stored?.claim !== claim) {
    throw conflict(
      "form_sent_before",
      "This form was sent already. See what became of it before you fill in another.",
    );
  }
  try {
    return await work();
  } catch (error) {
    await releaseKey(db, keyHash, claim);
    throw error;
  }
}
