/** What a game declares of its modes and metrics, as a form; and what its sessions carry beyond that. */
import type { FC } from "hono/jsx";
import type { describeGame } from "../../../actions/declare-game.ts";
import { weightBounds, weightedGroups } from "../../../detection/group-weights.ts";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { countText, Text, Time } from "../../text.tsx";
import { AreaField, type Form, FormMessage, NumberField, TickField } from "../fields.tsx";
import { formOf, type Refused } from "../panel.tsx";
import { GameFrame, gamePath } from "./frame.tsx";
import { MetricFields } from "./metric-fields.tsx";
import { profileValues } from "./profile-values.ts";
import { placesOf } from "./rows.ts";

type Game = Awaited<ReturnType<typeof describeGame>>;
export const profileForm = "profile";
const newMetric = { kind: "rate", direction: "high", group: "aim", exposure: "minutes", minimum_exposure: 1 };

/** The rows that are filled in, and one to fill in. */
function withNewRow(form: Form): { form: Form; rows: readonly number[]; next: number } {
  const rows = placesOf(form.draft.fields, "metrics");
  const next = (rows.at(-1) ?? -1) + 1;
  const blank = Object.entries(newMetric).map(([name, value]) => [
    `metrics.${next}.${name}`,
    [String(value)],
  ]);
  const fields = { ...form.draft.fields, ...Object.fromEntries(blank) };
  return { form: { ...form, draft: { ...form.draft, fields } }, rows, next };
}

const Metrics: FC<{ form: Form }> = ({ form: given }) => {
  const { form, rows, next } = withNewRow(given);
  return (
    <div class="form-section">
      <h3>Metrics of its own</h3>
      <p class="muted small">
        Sent in <code>metrics</code> of a session. Each gets its detector, its baseline and its place on the
        player's page. Up to 32.
      </p>
      {rows.map((place) => (
        <MetricFields form={form} place={place} isNew={false} />
      ))}
      <MetricFields form={form} place={next} isNew />
    </div>
  );
};

const ProfileForm: FC<{ game: Game; refused: Refused | null }> = ({ game, refused }) => {
  const form = formOf(profileForm, refused, profileValues(game.profile));
  return (
    <form method="post" action={gamePath(game.game)} class="form" id={profileForm}>
      <FormMessage form={form} />
      <input type="hidden" name="version" value={game.version} />
      <AreaField
        form={form}
        name="modes"
        label="Modes"
        rows={4}
        placeholder="ranked"
        hint="One a line. Each is a scope of its own; others are judged too, and said to be undeclared."
      />
      <TickField
        form={form}
        name="shooter"
        label="It is a shooter: keep the built-in metrics beside its own"
      />
      <Metrics form={form} />
      <div class="form-section">
        <h3>Weights of groups</h3>
        <p class="muted small">
          From {weightBounds.least} to {weightBounds.most}; empty: 1. Verdicts can teach them: see the API,
          combination.
        </p>
        <div class="field-row">
          {weightedGroups.map((group) => (
            <NumberField
              form={form}
              name={`weights.${group}`}
              label={group}
              min={weightBounds.least}
              max={weightBounds.most}
              step="any"
            />
          ))}
        </div>
      </div>
      <div>
        <button type="submit">Declare</button>
      </div>
    </form>
  );
};

const Scopes: FC<{ scopes: Game["scopes"] }> = ({ scopes }) =>
  scopes.length === 0 ? null : (
    <section aria-labelledby="scopes">
      <h2 id="scopes">Scopes</h2>
      <Table
        class="games-list numbers"
        caption="The modes that players were judged in."
        columns={[
          { title: "Mode" },
          { title: "Players", class: "w-mode" },
          { title: "Baseline", class: "w-standing" },
          { title: "Refreshed", class: "w-time" },
        ]}
      >
        {scopes.map(({ mode, declared, players, calibrated, baseline_version, refreshed_at }) => (
          <tr>
            <th scope="row">
              <Text value={mode} /> {declared ? null : <span class="muted small">undeclared</span>}
            </th>
            <td data-label="Players">{countText(players)}</td>
            <td data-label="Baseline">
              {baseline_version === 0 ? "none yet" : `version ${baseline_version}`}
              {calibrated ? ", calibrated" : ""}
            </td>
            <td data-label="Refreshed">
              {refreshed_at === null ? (
                <span class="muted">never</span>
              ) : (
                <Time ms={Date.parse(refreshed_at)} />
              )}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );

export const ProfilePage: FC<{ view: View; game: Game; refused: Refused | null }> = (props) => {
  const { view, game, refused } = props;
  const { undeclared_metrics: undeclared, updated_at } = game;
  return (
    <GameFrame view={view} game={game.game} current="profile">
      <p class="muted lead">
        {updated_at === null ? (
          "Nothing is declared: the built-in profile holds."
        ) : (
          <>
            Version {game.version}, declared <Time ms={Date.parse(updated_at)} />.
          </>
        )}{" "}
        Players are judged by a new profile from the next sweeps on.
      </p>
      {undeclared.length === 0 ? null : (
        <p class="notice notice-hint after">
          Sessions carry metrics that nothing declares, so nothing judges them:{" "}
          <Text value={undeclared.slice(0, 20).join(", ")} />
          {undeclared.length > 20 ? `, and ${undeclared.length - 20} more` : ""}.
        </p>
      )}
      <ProfileForm game={game} refused={refused} />
      <Scopes scopes={game.scopes} />
    </GameFrame>
  );
};
