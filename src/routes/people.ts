/** People, and their sign-ins. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { authSessionAnswer, endSession, listAuthSessions } from "../actions/auth-sessions.ts";
import { changeOwnPassword, changeUser, createUser, getUser, userAnswer } from "../actions/users.ts";
import { selectUsers } from "../db/users.ts";
import { type Actor, type AppEnv, type Person, signInNameOf } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { cursorsOf, nextCursor } from "../http/cursor.ts";
import * as operations from "../http/operations.ts";
import { hashed, refuseOwnAccount, requireFreeName, requirePassword } from "../http/people.ts";
import { notFound, Problem } from "../http/problem.ts";
import { body, json, param, query } from "../http/validate.ts";

const sessionCursors = cursorsOf("auth-sessions", z.tuple([z.int(), z.string().max(64)]));
const userCursors = cursorsOf("users", z.string().max(400));

/** The person that the access table let in. */
function personOf(c: Context<AppEnv>): Person {
  const { actor } = c.var;
  if (actor === null || actor.kind === "key") throw new Error("The access table lets people alone in here.");
  return actor;
}

const meOf = (actor: Actor) =>
  actor.kind === "key"
    ? { kind: actor.kind, subject: actor.subject, role: null, scopes: [...actor.scopes], games: actor.games }
    : { kind: actor.kind, subject: actor.subject, role: actor.role, scopes: null, games: null };

async function changePassword(c: Context<AppEnv>, current: string, next: string): Promise<void> {
  const person = personOf(c);
  const row = await requirePassword(c, person, current);
  await changeOwnPassword(actionContext(c), row, await hashed(next), person.sessionId);
}

/** Ends a sign-in, and forgets at once what this isolate believed of it. */
async function end(c: Context<AppEnv>, id: string) {
  await endSession(actionContext(c), personOf(c), id);
  c.var.recollections.sessions.forget(id);
}

export const people = new Hono<AppEnv>()
  .get(operations.getMe.path, (c) => {
    const { actor } = c.var;
    if (actor === null) throw new Error("The access table lets nobody unknown in here.");
    return c.json(meOf(actor));
  })
  .post(
    operations.changePassword.path,
    body(operations.changePassword),
    json(operations.changePassword),
    async (c) => {
      const { current_password, new_password } = c.req.valid("json");
      await changePassword(c, current_password, new_password);
      return c.json({ message: "Password changed" });
    },
  )
  .post(operations.signOut.path, async (c) => {
    const { sessionId } = personOf(c);
    if (sessionId === null) throw notFound("The sign-in");
    await end(c, sessionId);
    return c.json({ message: "Signed out" });
  })
  .get(operations.listAuthSessions.path, query(operations.listAuthSessions), async (c) => {
    const person = personOf(c);
    const { subject = signInNameOf(person), limit, cursor } = c.req.valid("query");
    const own = subject === signInNameOf(person);
    if (!own && person.role !== "admin") {
      throw new Problem(403, "forbidden", "Only admins may see the sign-ins of others.");
    }
    const place = sessionCursors.read(cursor);
    const before = place && { createdAt: place[0], id: place[1] };
    const rows = await listAuthSessions(c.var, subject, limit, before);
    return c.json({
      sessions: rows.map((row) => authSessionAnswer(row, person.sessionId)),
      next_cursor: nextCursor(rows, limit, (row) => sessionCursors.write([row.created_at, row.id])),
    });
  })
  .delete(operations.endAuthSession.path, param(operations.endAuthSession), async (c) => {
    await end(c, c.req.valid("param").session);
    return c.json({ message: "Sign-in ended" });
  })
  .get(operations.listUsers.path, query(operations.listUsers), async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const rows = await selectUsers(c.var.db, limit, userCursors.read(cursor));
    return c.json({
      users: rows.map(userAnswer),
      next_cursor: nextCursor(rows, limit, (row) => userCursors.write(row.username)),
    });
  })
  .post(operations.createUser.path, body(operations.createUser), json(operations.createUser), async (c) => {
    const { username, password, role } = c.req.valid("json");
    requireFreeName(c, username);
    const person = { username, role, passwordHash: await hashed(password) };
    return c.json(await createUser(actionContext(c), person), 201);
  })
  .get(operations.getUser.path, param(operations.getUser), async (c) =>
    c.json(userAnswer(await getUser(c.var, c.req.valid("param").username))),
  )
  .patch(
    operations.changeUser.path,
    param(operations.changeUser),
    body(operations.changeUser),
    json(operations.changeUser),
    async (c) => {
      const { username } = c.req.valid("param");
      const { role, disabled, password } = c.req.valid("json");
      if (role !== undefined || disabled !== undefined) refuseOwnAccount(personOf(c), username);
      const ctx = actionContext(c);
      await getUser(ctx, username);
      const passwordHash = password === undefined ? undefined : await hashed(password);
      return c.json(await changeUser(ctx, username, { role, disabled, passwordHash }));
    },
  );
