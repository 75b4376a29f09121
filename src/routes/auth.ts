/** Signing in and staying signed in. */
import { Hono } from "hono";
import { issueTokens, refreshTokens } from "../actions/issue-tokens.ts";
import type { AppEnv } from "../env.ts";
import { actionContext } from "../http/action-context.ts";
import { noteDenial } from "../http/denials.ts";
import { getConfiguration } from "../http/gate.ts";
import { createToken, refreshToken } from "../http/operations.ts";
import { addressOf } from "../http/permits.ts";
import { busy, Problem } from "../http/problem.ts";
import { signIn } from "../http/sign-in.ts";
import { body, json } from "../http/validate.ts";

export const auth = new Hono<AppEnv>()
  .post(createToken.path, body(createToken), json(createToken), async (c) => {
    const { username, password } = c.req.valid("json");
    const signedIn = await signIn(c, username, password);
    const arrival = { ...signedIn, userAgent: c.req.header("user-agent") ?? null };
    const answer = await issueTokens(actionContext(c), getConfiguration(c.env), arrival);
    if (!answer) throw busy();
    return c.json(answer);
  })
  .post(refreshToken.path, body(refreshToken), json(refreshToken), async (c) => {
    const { refresh_token: token } = c.req.valid("json");
    const answer = await refreshTokens(actionContext(c), getConfiguration(c.env), token);
    if (!answer) {
      await noteDenial(c, "refresh_refused", addressOf(c));
      throw new Problem(401, "invalid_refresh_token", "The refresh token is not valid.");
    }
    return c.json(answer);
  });
