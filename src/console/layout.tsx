/** What every page shares: the head, the bar at the top, what was just done, and the way to an answer. */
import type { Context } from "hono";
import { html } from "hono/html";
import type { FC, PropsWithChildren } from "hono/jsx";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv, Person } from "../env.ts";
import { assets } from "./assets.ts";
import { Toast } from "./blocks/toast.tsx";
import type { Flash } from "./flash.ts";
import { type PlaceKey, placesOf } from "./navigation.ts";
import { Shortcuts } from "./shortcuts.tsx";
import { Text } from "./text.tsx";

export const iconPath = "/icon.svg";

type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page without scripts as an answer. */
export function answerPage(c: Context<AppEnv>, page: Page, status = 200) {
  return c.html(html`<!doctype html>${page}`, status as ContentfulStatusCode);
}

/** A page for somebody who is signed in: nobody's cache keeps it, and it may run the console's own scripts. */
export function answerView(c: Context<AppEnv>, page: Page, status = 200) {
  c.header("cache-control", "no-store");
  c.set("isScripted", true);
  return answerPage(c, page, status);
}

/** What pages are told of whoever looks. */
export interface View {
  readonly viewer: Person;
  readonly flash: Flash | null;
  readonly nowMs: number;
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

interface PlaceProps {
  readonly title: string;
  readonly current: PlaceKey | null;
  /** Null on pages that know nobody. */
  readonly viewer?: Person | null;
  readonly flash?: Flash | null;
  /** Whether the page has charts. */
  readonly charts?: boolean;
  /** A page of ours that the browser goes on to by itself. */
  readonly forwardTo?: string;
}

const Bar: FC<{ current: PlaceKey | null; viewer: Person | null }> = ({ current, viewer }) => (
  <header class="bar">
    <a class="brand" href="/">
      <img src={iconPath} width="20" height="20" alt="" />
      <span class="brand-name">Game Security</span>
    </a>
    <nav aria-label="Main">
      {placesOf(viewer).map(({ key, title, path, shortcut }) => (
        <a href={path} aria-current={current === key ? "page" : undefined} data-shortcut={shortcut}>
          {title}
        </a>
      ))}
    </nav>
    {viewer ? <Account viewer={viewer} /> : null}
  </header>
);

/** Scripts are for people who are signed in: times in their zone, shortcuts, live search, charts. */
const Scripts: FC<{ charts: boolean }> = ({ charts }) => (
  <>
    <script src={assets.console.href} defer />
    {charts ? <script src={assets.charts.href} defer /> : null}
  </>
);

/**
 * The service's own policy sends no referrer, and then browsers send no Origin with a form either; `same-origin`
 * lets our own forms say where they come from and still tells other sites nothing.
 */
export const Layout: FC<PropsWithChildren<PlaceProps>> = (props) => {
  const { title, current, viewer = null, flash = null, charts = false, forwardTo, children } = props;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        {forwardTo ? <meta http-equiv="refresh" content={`0; url=${forwardTo}`} /> : null}
        <title>{`${title} · Game Security`}</title>
        <link rel="icon" href={iconPath} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.style.href} />
        {viewer ? <Scripts charts={charts} /> : null}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <Bar current={current} viewer={viewer} />
        <main id="main" tabindex={-1}>
          {flash ? <Toast flash={flash} /> : null}
          {children}
        </main>
        {viewer ? <Shortcuts viewer={viewer} /> : null}
      </body>
    </html>
  );
};
