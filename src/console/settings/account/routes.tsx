/** One's own account: for everybody who reads the console. */
import { type Context, Hono } from "hono";
import { endSession } from "../../../actions/auth-sessions.ts";
import { changeOwnPassword } from "../../../actions/users.ts";
import { selectAuthSessions } from "../../../db/auth-sessions.ts";
import { batch } from "../../../db/client.ts";
import { type AppEnv, signInNameOf } from "../../../env.ts";
import { actionContext } from "../../../http/action-context.ts";
import { getConfiguration } from "../../../http/gate.ts";
import { hashed, requirePassword } from "../../../http/people.ts";
import { PasswordRequest } from "../../../http/schemas/access.ts";
import { redirectWith } from "../../flash.ts";
import { readForm } from "../../forms.ts";
import { answerView } from "../../layout.tsx";
import { sameOriginOnly } from "../../same-origin.ts";
import { viewerOf, viewing } from "../../viewing.ts";
import { answerForm } from "../answer-form.ts";
import { settingsView } from "../frame.tsx";
import type { Refused } from "../panel.tsx";
import { EndSignInForm } from "../sign-ins.tsx";
import { AccountPage, passwordForm } from "./page.tsx";

const signInsShown = 20;
const home = "/settings";

async function answerAccount(c: Context<AppEnv>, refused: Refused | null = null, status = 200) {
  const view = settingsView(c);
  const { viewer } = view;
  // A provider's `ann` is not our `ann`.
  const name = signInNameOf(viewer);
  const [sessions] = await batch(c.var.db, [selectAuthSessions(c.var.db, name, signInsShown, null)]);
  const isConfigured = getConfiguration(c.env).accounts.some(({ username }) => username === name);
  const page = { view, sessions, isConfigured, refused };
  return answerView(c, <AccountPage {...page} />, status);
}

export const accountRoutes = new Hono<AppEnv>()
  .get(home, viewing, (c) => answerAccount(c))
  .post("/settings/password", viewing, sameOriginOnly, (c) =>
    answerForm(c, {
      schema: PasswordRequest,
      read: (sent) => ({
        current_password: sent.text("current_password"),
        new_password: sent.text("new_password"),
      }),
      work: async ({ current_password, new_password }) => {
        const viewer = viewerOf(c);
        const row = await requirePassword(c, viewer, current_password);
        await changeOwnPassword(actionContext(c), row, await hashed(new_password), viewer.sessionId);
        return redirectWith(c, home, { text: "The password is changed. Your other sign-ins ended." });
      },
      again: (draft, status) => answerAccount(c, { form: passwordForm, draft }, status),
    }),
  )
  .post("/settings/sign-ins/end", viewing, sameOriginOnly, async (c) => {
    const { session, of } = await readForm(c, EndSignInForm);
    await endSession(actionContext(c), viewerOf(c), session);
    c.var.recollections.sessions.forget(session);
    const back = of === undefined ? home : `/settings/users/${encodeURIComponent(of)}`;
    return redirectWith(c, back, { text: "The sign-in was ended." });
  });
