/** The games there are, and the way to another one. */
import type { FC } from "hono/jsx";
import type { DeclaredGame } from "../../../db/games.ts";
import { Empty } from "../../blocks/empty.tsx";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { Text, Time } from "../../text.tsx";
import { SettingsFrame } from "../frame.tsx";
import { gamePath } from "./frame.tsx";

export interface ListedGame {
  readonly game: string;
  /** Null: it has players, and declares nothing. */
  readonly declared: DeclaredGame | null;
}

const Row: FC<{ listed: ListedGame }> = ({ listed: { game, declared } }) => (
  <tr data-row>
    <th scope="row">
      <a class="player-link" href={gamePath(game)}>
        <Text value={game} />
      </a>
    </th>
    <td data-label="Profile">
      {declared === null ? <span class="muted">built-in</span> : `version ${declared.version}`}
    </td>
    <td data-label="Declared">
      {declared === null ? <span class="muted">–</span> : <Time ms={declared.updated_at} />}
    </td>
    <td data-label="Cases">
      <a href={`${gamePath(game)}/enforcement`}>
        Cases and decisions<span class="unseen"> of {game}</span>
      </a>
    </td>
  </tr>
);

/** Leads to a game's page: nothing is declared until that is sent. */
const OpenGame: FC = () => (
  <form method="get" action="/settings/games" class="filters open-game">
    <label class="field">
      <span>Another game</span>
      <input
        type="text"
        name="game"
        required
        maxlength={64}
        pattern="[a-zA-Z0-9][a-zA-Z0-9._\-]*"
        placeholder="cs2"
        autocomplete="off"
      />
    </label>
    <button type="submit" class="button-quiet">
      Open
    </button>
  </form>
);

export const GamesPage: FC<{ view: View; games: readonly ListedGame[] }> = ({ view, games }) => (
  <SettingsFrame view={view} part="games">
    {games.length === 0 ? (
      <Empty title="No games yet">
        A game is there once it sends telemetry, or once it is declared: name it below.
      </Empty>
    ) : (
      <Table
        class="games-list"
        caption="Games that have players or declare something."
        columns={[
          { title: "Game" },
          { title: "Profile", class: "w-band" },
          { title: "Declared", class: "w-time" },
          { title: "Cases", class: "w-event" },
        ]}
      >
        {games.map((listed) => (
          <Row listed={listed} />
        ))}
      </Table>
    )}
    <div class="after">
      <OpenGame />
    </div>
  </SettingsFrame>
);
