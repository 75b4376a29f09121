/** What the pages of the settings share. */
import type { Context } from "hono";
import type { FC, PropsWithChildren } from "hono/jsx";
import type { AppEnv, Person } from "../../env.ts";
import { Tabs } from "../blocks/tabs.tsx";
import { takeFlash } from "../flash.ts";
import { Layout, type View } from "../layout.tsx";
import { mayCall, viewerOf } from "../viewing.ts";

/** A new part of the settings is a line here; whoever may not see its page does not see its tab. */
const parts = [
  { key: "account", title: "Your account", href: "/settings" },
  { key: "users", title: "Users", href: "/settings/users" },
  { key: "keys", title: "API keys", href: "/settings/keys" },
  { key: "webhooks", title: "Webhooks", href: "/settings/webhooks" },
  { key: "games", title: "Games", href: "/settings/games" },
  { key: "retention", title: "Retention", href: "/settings/retention" },
] as const;
export type Part = (typeof parts)[number]["key"];

const tabsFor = (viewer: Person, current: Part) =>
  parts
    .filter(({ href }) => mayCall(viewer, `GET ${href}`))
    .map(({ key, title, href }) => ({ title, href, isCurrent: key === current }));

interface FrameProps {
  readonly view: View;
  readonly part: Part;
  /** The page's own title, below the tabs; absent on the first page of a part. */
  readonly title?: string;
}

export const SettingsFrame: FC<PropsWithChildren<FrameProps>> = ({ view, part, title, children }) => {
  const name = parts.find(({ key }) => key === part)?.title ?? "Settings";
  return (
    <Layout title={`${title ?? name} · Settings`} current="settings" viewer={view.viewer} flash={view.flash}>
      <div class="heading">
        <h1>Settings</h1>
      </div>
      <Tabs label="Parts of the settings" tabs={tabsFor(view.viewer, part)} />
      {children}
    </Layout>
  );
};

export const settingsView = (c: Context<AppEnv>): View => ({
  viewer: viewerOf(c),
  flash: takeFlash(c),
  nowMs: c.var.nowMs,
});
