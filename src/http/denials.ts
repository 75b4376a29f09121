/** Refusals that the audit trail counts, so that an attack is seen and cannot fill the table. */
import type { Context } from "hono";
import { countDenial } from "../db/audit.ts";
import { batch } from "../db/client.ts";
import type { AppEnv } from "../env.ts";
import type { Fault } from "./authenticate.ts";

export type DenialKind =
  | Fault
  | "forbidden"
  | "sign_in_failed"
  | "sign_in_limited"
  | "sso_sign_in_refused"
  | "refresh_refused";

/** Counts a refusal for each of those it concerns: principals, or the address of somebody unknown. */
export async function noteDenial(
  c: Context<AppEnv>,
  kind: DenialKind,
  ...concerned: readonly string[]
): Promise<void> {
  const { db, nowMs } = c.var;
  await batch(
    db,
    [...new Set(concerned)].map((who) => countDenial(db, { kind, who, nowMs })),
  );
}
