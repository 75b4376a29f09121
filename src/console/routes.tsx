/** Pages. They know their viewer by a cookie and nothing else; the API knows callers by a header and nothing else. */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { Problem } from "../http/problem.ts";
import { signIn } from "../http/sign-in.ts";
import { DocsPage } from "./docs/page.tsx";
import { icon } from "./icon.ts";
import { answerPage, iconPath } from "./layout.tsx";
import { loadOverview } from "./overview/load.ts";
import { OverviewPage } from "./overview/page.tsx";
import { ProblemPage } from "./problem-page.tsx";
import { sameOriginOnly } from "./same-origin.ts";
import { endSession, findViewer, startSession } from "./session.ts";
import { readCredentials } from "./sign-in/credentials.ts";
import { SignInPage } from "./sign-in/page.tsx";
import { stylesheet, stylesheetVersion } from "./style/stylesheet.ts";

const signInPath = "/sign-in";
const urlOf = (c: Context<AppEnv>) => new URL(c.req.url);
const isInsecure = (c: Context<AppEnv>) => urlOf(c).protocol === "http:";

/** What depends on who looks is for nobody's cache. */
const noStore = (c: Context<AppEnv>) => c.header("cache-control", "no-store");

/** A file that changes with a deployment only: kept for good under its current version, asked for anew without. */
function asset(c: Context<AppEnv>, type: string, text: string, isCurrent: boolean) {
  c.header("cache-control", isCurrent ? "public, max-age=31536000, immutable" : "public, max-age=300");
  c.header("content-type", type);
  return c.body(text);
}

/** Our own problems as pages; the unexpected goes on to whoever logs it. */
function problemPage(error: Error, c: Context<AppEnv>) {
  if (!(error instanceof Problem)) throw error;
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  noStore(c);
  const page =
    c.req.path === signInPath ? (
      <SignInPage problem={error} insecure={isInsecure(c)} />
    ) : (
      <ProblemPage problem={error} requestId={c.var.requestId} />
    );
  return answerPage(c, page, error.status);
}

export const console = new Hono<AppEnv>()
  .get("/", async (c) => {
    noStore(c);
    const viewer = await findViewer(c);
    if (viewer === null) return answerPage(c, <SignInPage insecure={isInsecure(c)} />);
    const overview = await loadOverview(c.var.db);
    return answerPage(c, <OverviewPage viewer={viewer} overview={overview} nowMs={c.var.nowMs} />);
  })
  // Where the address bar stands after a failed attempt.
  .get(signInPath, (c) => c.redirect("/", 303))
  .post(signInPath, sameOriginOnly, async (c) => {
    const { username, password } = await readCredentials(c);
    await startSession(c, await signIn(c, username, password));
    noStore(c);
    return c.redirect("/", 303);
  })
  .post("/sign-out", sameOriginOnly, async (c) => {
    await endSession(c);
    noStore(c);
    return c.redirect("/", 303);
  })
  .get("/console.css", (c) =>
    asset(c, "text/css; charset=utf-8", stylesheet, c.req.query("v") === stylesheetVersion),
  )
  .get(iconPath, (c) => asset(c, "image/svg+xml", icon, false))
  .get("/docs", (c) => {
    c.header("cache-control", "public, max-age=300");
    return answerPage(c, <DocsPage origin={urlOf(c).origin} />);
  });
console.onError(problemPage);
