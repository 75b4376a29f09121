/** People, for admins. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { changeUser, createUser, getUser } from "../../../actions/users.ts";
import { selectAuthSessions } from "../../../db/auth-sessions.ts";
import { batch } from "../../../db/client.ts";
import { selectUser, selectUsers } from "../../../db/users.ts";
import type { AppEnv } from "../../../env.ts";
import { actionContext } from "../../../http/action-context.ts";
import { cursorsOf } from "../../../http/cursor.ts";
import { getConfiguration } from "../../../http/gate.ts";
import { hashed, isOwnAccount, refuseOwnAccount, requireFreeName } from "../../../http/people.ts";
import { badRequest, notFound } from "../../../http/problem.ts";
import { UsernameParam } from "../../../http/schemas/access.ts";
import { cursor } from "../../../http/schemas/requests.ts";
import { redirectWith } from "../../flash.ts";
import { readForm } from "../../forms.ts";
import { answerView } from "../../layout.tsx";
import { sameOriginOnly } from "../../same-origin.ts";
import { viewerOf, viewing } from "../../viewing.ts";
import { answerForm } from "../answer-form.ts";
import { settingsView } from "../frame.tsx";
import type { Refused } from "../panel.tsx";
import {
  AccessForm,
  CreateForm,
  forms,
  PasswordForm,
  RoleForm,
  readCreate,
  readPassword,
  readRole,
} from "./forms.tsx";
import { UserPage, UsersPage, userPath } from "./pages.tsx";

const usersPerPage = 50;
const signInsShown = 20;
const users = cursorsOf("page-users", z.string().max(400));
const lenient = cursor.catch(undefined);

/** @throws Problem 404 for what is no name */
function usernameOf(c: Context<AppEnv>): string {
  const named = UsernameParam.safeParse({ username: c.req.param("username") });
  if (!named.success) throw notFound("The user");
  return named.data.username;
}

async function answerList(c: Context<AppEnv>, refused: Refused | null = null, status = 200) {
  const after = lenient.parse(c.req.query("after"));
  const wanted = selectUsers(c.var.db, usersPerPage + 1, users.read(after));
  const [found] = await batch(c.var.db, [wanted]);
  const rows = found.slice(0, usersPerPage);
  const last = found.length > usersPerPage ? rows.at(-1) : undefined;
  const list = {
    users: rows,
    first: after === undefined ? null : "/settings/users",
    next: last === undefined ? null : `/settings/users?after=${users.write(last.username)}`,
  };
  const { accounts } = getConfiguration(c.env);
  const page = { view: settingsView(c), list, accounts, refused };
  return answerView(c, <UsersPage {...page} />, status);
}

async function answerUser(c: Context<AppEnv>, refused: Refused | null = null, status = 200) {
  const { db } = c.var;
  const username = usernameOf(c);
  const [[user], sessions] = await batch(db, [
    selectUser(db, username),
    selectAuthSessions(db, username, signInsShown, null),
  ]);
  if (user === undefined) throw notFound("The user");
  const isOwn = isOwnAccount(viewerOf(c), username);
  const page = { view: settingsView(c), user, sessions, isOwn, refused };
  return answerView(c, <UserPage {...page} />, status);
}

/** A password must not hold the name that it belongs to, as at the creation. @throws Problem 400 */
function refuseNameIn(password: string, username: string): void {
  if (!password.toLowerCase().includes(username)) return;
  throw badRequest([
    { pointer: "/password", code: "invalid_value", detail: "must not hold the user's name" },
  ]);
}

export const userRoutes = new Hono<AppEnv>()
  .get("/settings/users", viewing, (c) => answerList(c))
  .post("/settings/users", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: CreateForm,
      read: readCreate,
      work: async ({ username, password, role }) => {
        requireFreeName(c, username);
        await createUser(actionContext(c), { username, role, passwordHash: await hashed(password) });
        return redirectWith(c, userPath(username), { text: `${username} can sign in as ${role}.` });
      },
      again: (draft, status) => answerList(c, { form: forms.create, draft }, status),
    }),
  )
  .get("/settings/users/:username", viewing, (c) => answerUser(c))
  .post("/settings/users/:username/role", viewing, sameOriginOnly, (c) => {
    const username = usernameOf(c);
    const path = userPath(username);
    return answerForm(c, {
      schema: RoleForm,
      read: readRole,
      work: async ({ role, seen }) => {
        refuseOwnAccount(viewerOf(c), username);
        await changeUser(actionContext(c), username, { role }, { role: seen });
        if (role === seen) return redirectWith(c, path, { text: `${username} is ${role} already.` });
        const undo = { action: `${path}/role`, fields: { role: seen, seen: role } };
        return redirectWith(c, path, { text: `${username} was ${seen}, and is ${role} now.`, undo });
      },
      again: (draft, status) => answerUser(c, { form: forms.role, draft }, status),
    });
  })
  .post("/settings/users/:username/access", viewing, sameOriginOnly, async (c) => {
    const username = usernameOf(c);
    const { to } = await readForm(c, AccessForm);
    refuseOwnAccount(viewerOf(c), username);
    await changeUser(actionContext(c), username, { disabled: to === "disabled" });
    const path = userPath(username);
    const undo = { action: `${path}/access`, fields: { to: to === "disabled" ? "enabled" : "disabled" } };
    const text = `${username} is ${to}.${to === "disabled" ? " All their sign-ins ended." : ""}`;
    return redirectWith(c, path, { text, undo });
  })
  .post("/settings/users/:username/password", viewing, sameOriginOnly, (c) => {
    const username = usernameOf(c);
    return answerForm(c, {
      schema: PasswordForm,
      wantsTick: true,
      read: readPassword,
      work: async ({ password }) => {
        refuseNameIn(password, username);
        await getUser(c.var, username);
        await changeUser(actionContext(c), username, { passwordHash: await hashed(password) });
        return redirectWith(c, userPath(username), {
          text: "The password is reset. All sign-ins of the user ended.",
        });
      },
      again: (draft, status) => answerUser(c, { form: forms.password, draft }, status),
    });
  });
