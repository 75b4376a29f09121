/** A game's cases and decisions: its settings, and what its automation did today. */
import type { FC } from "hono/jsx";
import type { describeEnforcement } from "../../../actions/decisions/declare-enforcement.ts";
import { Table } from "../../blocks/table.tsx";
import type { View } from "../../layout.tsx";
import { countText, Text, Time, wordsOf } from "../../text.tsx";
import { ButtonForm, type Refused } from "../panel.tsx";
import { EnforcementForm } from "./enforcement-form.tsx";
import { GameFrame, gamePath } from "./frame.tsx";

type Enforcement = Awaited<ReturnType<typeof describeEnforcement>>;

const Today: FC<{ shown: Enforcement }> = ({ shown: { game, automation_today } }) =>
  automation_today.length === 0 ? null : (
    <section aria-labelledby="today">
      <h2 id="today">Decided by itself today</h2>
      <Table
        class="games-list numbers"
        caption="By type, since midnight UTC."
        columns={[
          { title: "Type" },
          { title: "Decisions", class: "w-mode" },
          { title: "State", class: "w-standing" },
          { title: "Go on", class: "w-do" },
        ]}
      >
        {automation_today.map(({ type, made, paused_at }) => (
          <tr>
            <th scope="row">{wordsOf(type)}</th>
            <td data-label="Decisions">{countText(made)}</td>
            <td data-label="State">
              {paused_at === null ? (
                "goes on"
              ) : (
                <span>
                  <span class="badge badge-elevated">stopped</span> <Time ms={Date.parse(paused_at)} />
                </span>
              )}
            </td>
            <td class="cell-do">
              {paused_at === null ? null : (
                <ButtonForm
                  path={`${gamePath(game)}/resume`}
                  title="Go on"
                  label={`Go on with ${wordsOf(type)}`}
                  fields={{ type }}
                />
              )}
            </td>
          </tr>
        ))}
      </Table>
      <p class="muted small after">
        Going on gives the type the whole quota of a day again. Look at what it made first.
      </p>
    </section>
  );

const causeNames = { build: "the build", flag_rate: "too many flags of" } as const;

/** What a warning stopped: all automatic decisions of a mode. */
const Paused: FC<{ shown: Enforcement }> = ({ shown: { game, automation_pauses } }) =>
  automation_pauses.length === 0 ? null : (
    <section aria-labelledby="paused">
      <h2 id="paused">Stopped by a warning</h2>
      <Table
        class="games-list"
        caption="Nothing is decided by itself in these modes until it is over, or until you go on."
        columns={[
          { title: "Mode" },
          { title: "Because of" },
          { title: "Since", class: "w-time" },
          { title: "Go on", class: "w-do" },
        ]}
      >
        {automation_pauses.map(({ mode, cause, subject, since }) => (
          <tr>
            <th scope="row">
              <Text value={mode} />
            </th>
            <td data-label="Because of">
              <span>
                {causeNames[cause]} <Text value={subject} />
              </span>
            </td>
            <td data-label="Since">
              <Time ms={Date.parse(since)} />
            </td>
            <td class="cell-do">
              <ButtonForm
                path={`${gamePath(game)}/resume`}
                title="Go on"
                label={`Go on in ${mode}`}
                fields={{ mode }}
              />
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );

export const EnforcementPage: FC<{ view: View; shown: Enforcement; refused: Refused | null }> = (props) => {
  const { view, shown, refused } = props;
  const { game, version, settings, declared_at, declared_by } = shown;
  return (
    <GameFrame view={view} game={game} current="enforcement">
      <p class="muted lead">
        {declared_at === null ? (
          "Nothing is declared: these are the defaults, and nothing happens by itself."
        ) : (
          <>
            Version {version}, declared <Time ms={Date.parse(declared_at)} /> by{" "}
            <Text value={declared_by ?? ""} />.
          </>
        )}
      </p>
      <EnforcementForm game={game} version={version} settings={settings} refused={refused} />
      <Paused shown={shown} />
      <Today shown={shown} />
    </GameFrame>
  );
};
