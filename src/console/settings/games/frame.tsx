/** What the pages on one game share. */
import type { FC, PropsWithChildren } from "hono/jsx";
import type { View } from "../../layout.tsx";
import { Text } from "../../text.tsx";
import { SettingsFrame } from "../frame.tsx";

export const gamePath = (game: string): string => `/settings/games/${encodeURIComponent(game)}`;

interface FrameProps {
  readonly view: View;
  readonly game: string;
  readonly current: "profile" | "enforcement";
}

export const GameFrame: FC<PropsWithChildren<FrameProps>> = ({ view, game, current, children }) => (
  <SettingsFrame view={view} part="games" title={game}>
    <div class="part-head">
      <div>
        <p class="crumb small">
          <a href="/settings/games">Games</a>
        </p>
        <h2>
          <Text value={game} />
        </h2>
      </div>
      <nav class="choices" aria-label={`Settings of ${game}`}>
        <a href={gamePath(game)} aria-current={current === "profile" ? "page" : undefined}>
          Modes and metrics
        </a>
        <a
          href={`${gamePath(game)}/enforcement`}
          aria-current={current === "enforcement" ? "page" : undefined}
        >
          Cases and decisions
        </a>
      </nav>
    </div>
    {children}
  </SettingsFrame>
);
