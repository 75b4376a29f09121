/** What a detector's card says: how it errs, what it needs, its parameters, its sources. */
import type { FC } from "hono/jsx";
import { parametersOf } from "../../detection/card-page.ts";
import type { Detector } from "../../detection/detector.ts";
import { Table } from "../blocks/table.tsx";
import { Text } from "../text.tsx";
import { partsOf } from "./sources.ts";

const Items: FC<{ items: readonly string[] }> = ({ items }) => (
  <ul class="prose-list">
    {items.map((item) => (
      <li>
        <Text value={item} />
      </li>
    ))}
  </ul>
);

/** A link leads elsewhere only when it is followed, and tells nobody where from. */
const Source: FC<{ source: string }> = ({ source }) => (
  <li>
    {partsOf(source).map(({ text, href }) =>
      href === null ? (
        <Text value={text} />
      ) : (
        <a href={href} rel="noreferrer noopener external">
          {text}
        </a>
      ),
    )}
  </li>
);

const Parameters: FC<{ card: Detector }> = ({ card }) => {
  const parameters = parametersOf(card);
  if (parameters.length === 0) return <p class="muted">None.</p>;
  return (
    <Table
      class="parameters numbers"
      caption="A nat more is 2.7 times rarer among honest players."
      columns={[
        { title: "Parameter", class: "w-parameter" },
        { title: "Default", class: "w-count" },
        { title: "Meaning" },
      ]}
    >
      {parameters.map(({ name, default: value, description }) => (
        <tr>
          <th scope="row">
            <code>{name}</code>
          </th>
          <td data-label="Default">{String(value)}</td>
          <td data-label="Meaning">
            <Text value={description} />
          </td>
        </tr>
      ))}
    </Table>
  );
};

export const CardSections: FC<{ card: Detector }> = ({ card }) => (
  <>
    <div class="explanations">
      <section class="explanation" aria-labelledby="false-positives">
        <h2 id="false-positives">Known false positives</h2>
        <Items items={card.knownFalsePositives} />
      </section>
      <section class="explanation" aria-labelledby="sources">
        <h2 id="sources">Sources</h2>
        <ul class="prose-list">
          {card.sources.map((source) => (
            <Source source={source} />
          ))}
        </ul>
      </section>
    </div>
    <section aria-labelledby="parameters">
      <h2 id="parameters">Parameters</h2>
      <Parameters card={card} />
    </section>
  </>
);
