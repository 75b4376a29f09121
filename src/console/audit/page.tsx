/** The trail: how far it is sealed, the filters, the entries. */
import type { FC } from "hono/jsx";
import type { SealState } from "../../db/audit-list.ts";
import { Empty } from "../blocks/empty.tsx";
import { Filters } from "../blocks/filters.tsx";
import { Pager } from "../blocks/pager.tsx";
import type { View } from "../layout.tsx";
import { countText, Time } from "../text.tsx";
import { EntriesTable } from "./entries.tsx";
import { AuditFrame } from "./frame.tsx";
import type { TrailView } from "./load.ts";
import { type AuditPageQuery, fieldTimeOf, hrefOf } from "./query.ts";

/** Seals and what they cover; verification asks whether they hold. */
const Seals: FC<{ seals: SealState }> = ({ seals: { newest, sealed_through, sealed_at } }) => {
  const open = newest - (sealed_through ?? 0);
  return (
    <p class="lead muted">
      {sealed_through === null || sealed_at === null ? (
        "Nothing is sealed yet."
      ) : (
        <>
          Sealed up to entry {countText(sealed_through)}, which was written <Time ms={sealed_at} />.
        </>
      )}{" "}
      {open <= 0
        ? "None waits for its seal."
        : `${countText(open)} ${open === 1 ? "waits" : "wait"} for the next seal, up to five minutes.`}{" "}
      <a href="/audit/verify">Verify the seals</a>
    </p>
  );
};

interface FieldProps {
  readonly name: "actor" | "action" | "target" | "since" | "until";
  readonly label: string;
  readonly query: AuditPageQuery;
}

const TextFilter: FC<FieldProps & { example: string }> = ({ name, label, query, example }) => (
  <label class="field">
    <span>{label}</span>
    <input
      type="text"
      name={name}
      value={query[name] ?? ""}
      placeholder={example}
      maxlength={400}
      autocomplete="off"
    />
  </label>
);

const TimeFilter: FC<FieldProps> = ({ name, label, query }) => (
  <label class="field field-time">
    <span>{label}</span>
    <input type="datetime-local" name={name} value={fieldTimeOf(query[name])} />
  </label>
);

const Results: FC<{ trail: TrailView }> = ({ trail }) => {
  const { query, entries, hint, first, next } = trail;
  if (hint !== null) {
    return (
      <div class="notice notice-hint" data-count data-said="These filters do not go together.">
        <p>{hint.text}</p>
        <p class="ways">
          {hint.ways.map(({ key, href }) => (
            <a href={href}>Only the {key}</a>
          ))}
        </p>
      </div>
    );
  }
  if (entries.length === 0) {
    return (
      <Empty title="No entries">
        Nothing was written that these filters match, or it is past its retention. A filter matches whole
        names, such as user:ann, key.create or player:17. <a href="/audit">Show all entries</a>
      </Empty>
    );
  }
  const { after: _, ...asked } = query;
  return (
    <>
      <div class="list-head">
        <p class="muted small" data-count>
          {entries.length} {entries.length === 1 ? "entry" : "entries"}
          {next === null ? "" : ", more follow"}
        </p>
        <p class="exports small">
          <a href={hrefOf("/audit/export", asked)} download>
            Export as NDJSON
          </a>
        </p>
      </div>
      <EntriesTable entries={entries} />
      <Pager of="entries" first={first} next={next} />
    </>
  );
};

export const AuditPage: FC<{ view: View; trail: TrailView }> = ({ view, trail }) => (
  <AuditFrame view={view} current="entries">
    <Seals seals={trail.seals} />
    <Filters action="/audit" label="Entries">
      <TextFilter name="actor" label="By" query={trail.query} example="user:ann" />
      <TextFilter name="action" label="Action" query={trail.query} example="key.create" />
      <TextFilter name="target" label="Target" query={trail.query} example="player:17" />
      <TimeFilter name="since" label="From (UTC)" query={trail.query} />
      <TimeFilter name="until" label="Until (UTC)" query={trail.query} />
    </Filters>
    <div id="results">
      <Results trail={trail} />
    </div>
  </AuditFrame>
);
