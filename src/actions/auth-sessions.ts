/** Sign-ins: listed, and ended by hand. */
import {
  type AuthSession,
  endAuthSession,
  findAuthSession,
  type SessionCursor,
  selectAuthSessions,
} from "../db/auth-sessions.ts";
import { batch, expectChanges, isGuardViolation } from "../db/client.ts";
import { type Person, signInNameOf } from "../env.ts";
import { notFound } from "../http/problem.ts";
import { isoOf } from "./answers.ts";
import { type AuditEntry, auditWrites } from "./audit.ts";
import type { ActionContext } from "./context.ts";

const maybeIso = (ms: number | null) => (ms === null ? null : isoOf(ms));

export const authSessionAnswer = (session: AuthSession, currentId: string | null) => ({
  id: session.id,
  subject: session.subject,
  role: session.role,
  current: session.id === currentId,
  created_at: isoOf(session.created_at),
  last_used_at: isoOf(session.last_used_at),
  expires_at: isoOf(session.expires_at),
  address: session.address,
  user_agent: session.user_agent,
  ended_at: maybeIso(session.ended_at),
  end_reason: session.end_reason,
});

export const listAuthSessions = (
  { db }: Pick<ActionContext, "db">,
  subject: string,
  limit: number,
  before: SessionCursor | null,
): Promise<AuthSession[]> => selectAuthSessions(db, subject, limit, before);

/**
 * Ends a sign-in: one's own, or as an admin anybody's. Its tokens are worth nothing within seconds.
 * @throws Problem 404 for one that is not there, is over, or is somebody else's
 */
export async function endSession(ctx: ActionContext, actor: Person, id: string): Promise<void> {
  const { db, nowMs } = ctx;
  const session = await findAuthSession(db, id);
  // A provider's `ann` is not our `ann`.
  const own = session?.subject === signInNameOf(actor);
  if (session === null || session.ended_at !== null || !(own || actor.role === "admin")) {
    throw notFound("The sign-in");
  }
  const entry: AuditEntry = {
    action: "auth.session_end",
    target: `session:${id}`,
    details: { subject: session.subject },
  };
  const reason = own ? "signed_out" : "revoked";
  const ends = [endAuthSession(db, id, nowMs, reason), db.all(expectChanges(1))] as const;
  try {
    await batch(db, [...ends, ...(await auditWrites(ctx, entry))]);
  } catch (error) {
    // Somebody else ended it at the same moment.
    if (!isGuardViolation(error)) throw error;
  }
}
