/** What the game declares: its modes, its weights, its metrics; and what its sessions carry beyond. */
import type { FC } from "hono/jsx";
import type { DeclaredMetric } from "../../detection/game-profile.ts";
import { Table } from "../blocks/table.tsx";
import { countText, Text } from "../text.tsx";
import type { ScopeView } from "./load.ts";

const columns = [
  { title: "Metric" },
  { title: "Kind", class: "w-count" },
  { title: "Unit and range", class: "w-range" },
  { title: "Suspicious", class: "w-count" },
  { title: "Group", class: "w-count" },
  { title: "Exposure", class: "w-range" },
  { title: "Prior", class: "w-range" },
];

const Row: FC<{ metric: DeclaredMetric }> = ({ metric }) => {
  const { name, label, kind, unit, range, direction, group, exposure, prior } = metric;
  return (
    <tr>
      <th scope="row">
        <Text value={label ?? name} />
        <div class="muted small">
          <code>{name}</code>
        </div>
      </th>
      <td data-label="Kind">{kind}</td>
      <td data-label="Unit and range">
        <span>
          <Text value={unit} />
          <div class="muted small">
            {range[0]} to {range[1]}
          </div>
        </span>
      </td>
      <td data-label="Suspicious">{direction}</td>
      <td data-label="Group">{group}</td>
      <td data-label="Exposure">
        {countText(metric.minimum_exposure)} {exposure.replace("_", " ")}
      </td>
      <td data-label="Prior">
        {prior === undefined ? "none: players alone say" : `${prior.median}, spread ${prior.spread}`}
      </td>
    </tr>
  );
};

const Words: FC<{ words: readonly string[] }> = ({ words }) => (
  <>
    {words.map((word, place) => (
      <>
        {place === 0 ? null : ", "}
        <Text value={word} />
      </>
    ))}
  </>
);

/** Names that sessions carry and that neither the game nor the built-in profile knows. */
const undeclaredOf = ({ scope, profile }: ScopeView): string[] => {
  const known = new Set(profile.profile.metrics.map(({ id }) => id));
  return (JSON.parse(scope?.undeclared ?? "[]") as string[]).filter((name) => !known.has(name));
};

const Facts: FC<{ shown: ScopeView }> = ({ shown }) => {
  const { declaration, name, stored } = shown;
  const weights = Object.entries(declaration.weights ?? {}).map(([group, weight]) => `${group} ${weight}`);
  const undeclared = undeclaredOf(shown);
  return (
    <dl class="facts head-facts">
      <div>
        <dt>Declaration</dt>
        <dd>{stored === null ? "built in" : `version ${stored.version}`}</dd>
      </div>
      <div>
        <dt>This mode</dt>
        <dd>{declaration.modes.includes(name.mode) ? "declared" : "not declared, accepted"}</dd>
      </div>
      <div>
        <dt>Modes</dt>
        <dd>{declaration.modes.length === 0 ? "none" : <Words words={declaration.modes} />}</dd>
      </div>
      <div>
        <dt>Built-in metrics</dt>
        <dd>{declaration.shooter ? "used" : "left out"}</dd>
      </div>
      <div>
        <dt>Weights of groups</dt>
        <dd>{weights.length === 0 ? "1 each" : `${weights.join(", ")}; others 1`}</dd>
      </div>
      <div>
        <dt>Sent, not declared</dt>
        <dd>{undeclared.length === 0 ? "nothing" : <Words words={undeclared} />}</dd>
      </div>
    </dl>
  );
};

export const Declaration: FC<{ shown: ScopeView }> = ({ shown }) => {
  const { declaration, name } = shown;
  return (
    <section aria-labelledby="declaration">
      <h2 id="declaration">The game's declaration</h2>
      <p class="muted small lead">
        Of all modes of <Text value={name.game} />. An admin changes it with{" "}
        <a href="/docs#put_api_games_game">PUT /api/games</a>.
      </p>
      <Facts shown={shown} />
      {declaration.metrics.length === 0 ? null : (
        <Table
          class="declared numbers"
          caption={`${declaration.metrics.length} metrics of the game's own.`}
          columns={columns}
        >
          {declaration.metrics.map((metric) => (
            <Row metric={metric} />
          ))}
        </Table>
      )}
    </section>
  );
};
