/** Pages. They know their viewer by the cookie or the access proxy; the API knows callers by a header and nothing else. */
import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { busy } from "../http/problem.ts";
import { signIn } from "../http/sign-in.ts";
import { gameName } from "../telemetry/fields.ts";
import { answerAsset, assets } from "./assets.ts";
import { DocsPage } from "./docs/page.tsx";
import { takeFlash } from "./flash.ts";
import { icon } from "./icon.ts";
import { answerPage, answerView, iconPath } from "./layout.tsx";
import { loadOverview } from "./overview/load.ts";
import { OverviewPage } from "./overview/page.tsx";
import { hasSso, isInsecure, signInPath } from "./problem-page.tsx";
import { returnPath } from "./return-path.ts";
import { sameOriginOnly } from "./same-origin.ts";
import { endSession, findViewer, isProxied, proxyLogoutPath, startSession } from "./session.ts";
import { readCredentials } from "./sign-in/credentials.ts";
import { SignInPage } from "./sign-in/page.tsx";
import { SignedByProxyPage } from "./sign-in/signed-in.tsx";

/** What is no name of a game counts as none: an old link still shows the page. */
const gameOf = (text: string | undefined): string | undefined => gameName.safeParse(text).data;

export const console = new Hono<AppEnv>()
  .get("/", async (c) => {
    c.header("cache-control", "no-store");
    const viewer = await findViewer(c);
    if (viewer === null) return answerPage(c, <SignInPage insecure={isInsecure(c)} sso={hasSso(c)} />);
    const overview = await loadOverview(c.var.db, gameOf(c.req.query("game")), c.var.nowMs);
    const view = { viewer, flash: takeFlash(c), nowMs: c.var.nowMs };
    return answerView(c, <OverviewPage view={view} overview={overview} />);
  })
  // Where the address bar stands after a failed attempt.
  .get(signInPath, (c) => c.redirect("/", 303))
  .post(signInPath, sameOriginOnly, async (c) => {
    const { username, password } = await readCredentials(c);
    if (!(await startSession(c, await signIn(c, username, password)))) throw busy();
    c.header("cache-control", "no-store");
    return c.redirect(returnPath(c.req.query("next")), 303);
  })
  .post("/sign-out", sameOriginOnly, async (c) => {
    await endSession(c);
    c.header("cache-control", "no-store");
    if (isProxied(c)) return answerPage(c, <SignedByProxyPage logoutPath={proxyLogoutPath(c)} />);
    return c.redirect("/", 303);
  })
  .get("/console.css", (c) => answerAsset(c, assets.style))
  .get("/console.js", (c) => answerAsset(c, assets.console))
  .get("/charts.js", (c) => answerAsset(c, assets.charts))
  .get(iconPath, (c) => {
    c.header("cache-control", "public, max-age=300");
    c.header("content-type", "image/svg+xml");
    return c.body(icon);
  })
  .get("/docs", (c) => {
    c.header("cache-control", "public, max-age=300");
    return answerPage(c, <DocsPage origin={new URL(c.req.url).origin} />);
  });
