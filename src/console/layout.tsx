/** What every page shares: the head, the bar at the top, and the way to an answer. */
import type { Context } from "hono";
import { html } from "hono/html";
import type { FC, PropsWithChildren } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv, Person } from "../env.ts";
import { stylesheetPath } from "./style/stylesheet.ts";
import { Text } from "./text.tsx";

export const iconPath = "/icon.svg";

type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page as an answer. */
export function answerPage(c: Context<AppEnv>, page: Page, status = 200) {
  return c.html(html`<!doctype html>${page}`, status as ContentfulStatusCode);
}

const Account: FC<{ viewer: Person }> = ({ viewer }) => (
  <form method="post" action="/sign-out" class="account">
    <span class="account-name">
      <Text value={viewer.subject} /> <span class="muted">{viewer.role}</span>
    </span>
    <button type="submit" class="button-quiet">
      Sign out
    </button>
  </form>
);

interface Place {
  readonly title: string;
  readonly current: "overview" | "docs" | null;
  /** Null on pages that know nobody. */
  readonly viewer?: Person | null;
}

const Bar: FC<Pick<Place, "current" | "viewer">> = ({ current, viewer }) => (
  <header class="bar">
    <a class="brand" href="/">
      <img src={iconPath} width="20" height="20" alt="" />
      Game Security
    </a>
    <nav aria-label="Main">
      <a href="/" aria-current={current === "overview" ? "page" : undefined}>
        Overview
      </a>
      <a href="/docs" aria-current={current === "docs" ? "page" : undefined}>
        API
      </a>
    </nav>
    {viewer ? <Account viewer={viewer} /> : null}
  </header>
);

/**
 * The service's own policy sends no referrer, and then browsers send no Origin with a form either; `same-origin`
 * lets our own forms say where they come from and still tells other sites nothing.
 */
export const Layout: FC<PropsWithChildren<Place>> = ({ title, current, viewer = null, children }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="referrer" content="same-origin" />
      <title>{`${title} · Game Security`}</title>
      <link rel="icon" href={iconPath} type="image/svg+xml" />
      <link rel="stylesheet" href={stylesheetPath} />
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Bar current={current} viewer={viewer} />
      <main id="main" tabindex={-1}>
        {children}
      </main>
    </body>
  </html>
);
