/** Entries of the trail as a table: what was done by whom, and what changed. */
import type { FC } from "hono/jsx";
import { auditEntryAnswer } from "../../actions/audit-answers.ts";
import type { ListedEntry } from "../../db/audit-list.ts";
import { Table } from "../blocks/table.tsx";
import { Text, Time } from "../text.tsx";
import { auditHref } from "./query.ts";

/** A declaration of a game can be long: the export has all of it. */
const shownCharacters = 1_500;
/** What a folded entry tells: so many facts, each so long. */
const summaryFacts = 3;
const summaryCharacters = 40;

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
/** Cut between characters, not within one. */
const cut = (text: string, most: number): string => {
  const characters = [...text.slice(0, 2 * most)];
  return characters.length > most ? `${characters.slice(0, most).join("")} …` : text;
};
/** Nothing, and lists of nothing. */
const isTelling = (value: string): boolean => !["null", "[]", "{}", ""].includes(value);

/** The page of what an entry is about, where there is one. */
function pageOf(target: string): string | null {
  const [kind = "", ...rest] = target.split(":");
  const id = rest.join(":");
  if (["player", "case", "decision"].includes(kind) && /^[1-9][0-9]{0,14}$/.test(id))
    return `/${kind}s/${id}`;
  if (["key", "webhook"].includes(kind) && /^[1-9][0-9]{0,14}$/.test(id)) return `/settings/${kind}s/${id}`;
  if (kind === "user" || kind === "game") return `/settings/${kind}s/${encodeURIComponent(id)}`;
  return null;
}

const Fact: FC<{ name: string; value: string }> = ({ name, value }) => (
  <div>
    <dt class="muted small">{name}</dt>
    <dd>
      <Text value={cut(value, shownCharacters)} />
    </dd>
  </div>
);

type Facts = readonly (readonly [name: string, value: string])[];

/** Each value by itself: one that turns the text around turns nothing but itself. */
const Summary: FC<{ facts: Facts | null }> = ({ facts }) => {
  if (facts === null) return <span class="muted">erased</span>;
  const telling = facts.filter(([, value]) => isTelling(value)).slice(0, summaryFacts);
  if (telling.length === 0) return <span class="muted">no details</span>;
  return (
    <>
      {telling.map(([name, value], place) => (
        <>
          {place === 0 ? null : " · "}
          <span class="muted">{name}</span> <Text value={cut(value, summaryCharacters)} />
        </>
      ))}
    </>
  );
};

const Details: FC<{ entry: ListedEntry }> = ({ entry }) => {
  const { id, details, address, request_id, target } = auditEntryAnswer(entry);
  const facts = details && Object.entries(details).map(([name, value]) => [name, textOf(value)] as const);
  const page = target === null ? null : pageOf(target);
  return (
    <details class="entry">
      <summary>
        <Summary facts={facts} />
      </summary>
      <dl class="details">
        {facts?.map(([name, value]) => (
          <Fact name={name} value={value} />
        ))}
        <Fact name="entry" value={String(id)} />
        {address === null ? null : <Fact name="address" value={address} />}
        {request_id === null ? null : <Fact name="request" value={request_id} />}
      </dl>
      {page === null ? null : (
        <p class="small">
          <a href={page}>
            Open <Text value={target ?? ""} />
          </a>
        </p>
      )}
    </details>
  );
};

const Row: FC<{ entry: ListedEntry }> = ({ entry }) => (
  <tr data-row>
    <th scope="row">
      <a class="player-link" href={auditHref({ action: entry.action })}>
        {entry.action}
      </a>
      {entry.target === null ? null : (
        <div class="small">
          <a class="quiet-link" href={auditHref({ target: entry.target })}>
            <Text value={entry.target} />
          </a>
        </div>
      )}
    </th>
    <td data-label="By">
      <a class="quiet-link" href={auditHref({ actor: entry.actor })}>
        <Text value={entry.actor} />
      </a>
    </td>
    <td class="cell-notes">
      <Details entry={entry} />
    </td>
    <td class="cell-time">
      <Time ms={entry.at} />
      <div class="muted small">{entry.sealed === 1 ? "sealed" : "not sealed yet"}</div>
    </td>
  </tr>
);

export const EntriesTable: FC<{ entries: readonly ListedEntry[] }> = ({ entries }) => (
  <Table
    class="audit trail"
    caption="Newest first. An action, somebody or a target leads to all of its entries."
    columns={[
      { title: "What", class: "w-event" },
      { title: "By", class: "w-event" },
      { title: "Details" },
      { title: "When", class: "w-time" },
    ]}
  >
    {entries.map((entry) => (
      <Row entry={entry} />
    ))}
  </Table>
);
