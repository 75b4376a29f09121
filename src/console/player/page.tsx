/** The page on a player: its head, and one of its views. */
import type { FC } from "hono/jsx";
import { Layout, type View } from "../layout.tsx";
import { PlayerHeader } from "./header.tsx";
import type { TabKey } from "./query.ts";
import type { Shown } from "./views.tsx";

export const PlayerPage: FC<{ view: View; shown: Shown; tab: TabKey }> = ({ view, shown, tab }) => (
  <Layout
    title={shown.head.player.username}
    current="players"
    viewer={view.viewer}
    flash={view.flash}
    charts={shown.charts}
  >
    <PlayerHeader head={shown.head} viewer={view.viewer} tab={tab} />
    {shown.content}
  </Layout>
);
