/** What the pages on the trail share. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { Tabs } from "../blocks/tabs.tsx";
import { Layout, type View } from "../layout.tsx";

const views = [
  { key: "entries", title: "Entries", href: "/audit" },
  { key: "refusals", title: "Refusals", href: "/audit/refusals" },
  { key: "verify", title: "Verification", href: "/audit/verify" },
] as const;

interface FrameProps {
  readonly view: View;
  readonly current: (typeof views)[number]["key"];
}

export const AuditFrame: FC<PropsWithChildren<FrameProps>> = ({ view, current, children }) => (
  <Layout title="Audit" current="audit" viewer={view.viewer} flash={view.flash}>
    <div class="heading">
      <h1>Audit</h1>
    </div>
    <Tabs
      label="Views of the trail"
      tabs={views.map(({ key, title, href }) => ({ title, href, isCurrent: key === current }))}
    />
    {children}
  </Layout>
);
