/** A problem as a page: what went wrong, and what to do next. */
import type { Context } from "hono";
import type { FC } from "hono/jsx";
import type { AppEnv, Person } from "../env.ts";
import { accessTable } from "../http/access.ts";
import { findConfiguration } from "../http/gate.ts";
import type { Problem } from "../http/problem.ts";
import { answerPage, answerView, Layout } from "./layout.tsx";
import { returnPath } from "./return-path.ts";
import { SignInPage } from "./sign-in/page.tsx";
import { SignInProblem } from "./sign-in/problem.ts";

export const signInPath = "/sign-in";

/** Routes that answer with a page, beside those that know their viewer by the cookie. */
const plainPages: readonly string[] = [
  "GET /",
  "GET /docs",
  "GET /sign-in",
  "GET /sign-in/sso",
  "GET /sign-in/sso/callback",
  "POST /sign-in",
  "POST /sign-out",
];

/** Whether whoever asked reads pages: by the route, or where there is none by what the browser says. */
export function wantsPage(c: Context<AppEnv>): boolean {
  const key = c.var.routeKey;
  if (key !== null) return plainPages.includes(key) || accessTable[key]?.cookie === true;
  return !c.req.path.startsWith("/api/") && (c.req.header("accept") ?? "").includes("text/html");
}

export const isInsecure = (c: Context<AppEnv>): boolean => new URL(c.req.url).protocol === "http:";

/** What to do next, by the kind of trouble. */
function adviceOf({ status }: Problem): string {
  if (status === 404)
    return "It may have been erased, or the address may be mistyped. Search for the player.";
  if (status === 403) return "Ask an admin of this service if you need to do this.";
  if (status === 429) return "Wait a minute, then try again.";
  if (status >= 500) return "Try again in a minute. If it stays, tell an admin the request's id.";
  return "Go back, correct what is named above, and send it again.";
}

const ProblemPage: FC<{ problem: Problem; requestId: string; viewer: Person | null }> = (props) => {
  const { problem, requestId, viewer } = props;
  return (
    <Layout title={`Error ${problem.status}`} current={null} viewer={viewer}>
      <div class="narrow">
        <h1>That did not work</h1>
        <p class="notice notice-error" role="alert">
          {problem.message}
        </p>
        <p>{adviceOf(problem)}</p>
        <p>
          <a href="/">Back to the overview</a>
          {viewer ? (
            <>
              {" · "}
              <a href="/players">Players</a>
            </>
          ) : null}
        </p>
        <p class="muted small">
          Error {problem.status} ({problem.code}), request {requestId}
        </p>
      </div>
    </Layout>
  );
};

const viewerIn = (c: Context<AppEnv>): Person | null =>
  c.var.actor !== null && c.var.actor.kind !== "key" ? c.var.actor : null;

const isOfSignIn = (path: string): boolean => path === signInPath || path.startsWith(`${signInPath}/`);

/** Whether people sign in at an identity provider too. */
export const hasSso = (c: Context<AppEnv>): boolean => Boolean(findConfiguration(c.env)?.sso?.flow);

/** Whoever is not signed in gets the form, which leads back to the page. */
function signInPage(c: Context<AppEnv>, problem: Problem) {
  const { pathname, search } = new URL(c.req.url);
  const isAttempt = isOfSignIn(pathname);
  const isTold = isAttempt || problem instanceof SignInProblem;
  const next = returnPath(isAttempt ? c.req.query("next") : `${pathname}${search}`);
  const shown = { problem: isTold ? problem : null, insecure: isInsecure(c), next, sso: hasSso(c) };
  return <SignInPage {...shown} />;
}

/** Problems as pages. */
export function problemPage(problem: Problem, c: Context<AppEnv>) {
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value);
  c.header("cache-control", "no-store");
  const isSignIn = problem.status === 401 || problem instanceof SignInProblem || isOfSignIn(c.req.path);
  if (isSignIn) return answerPage(c, signInPage(c, problem), problem.status);
  const viewer = viewerIn(c);
  const page = <ProblemPage problem={problem} requestId={c.var.requestId} viewer={viewer} />;
  return viewer === null ? answerPage(c, page, problem.status) : answerView(c, page, problem.status);
}
