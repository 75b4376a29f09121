/** What the API answered: status, headers, body, as text. */
import type { FC } from "hono/jsx";
import type { Outcome } from "./send.ts";

const classOf = (status: number): string => (status < 300 ? "badge-low" : "badge-critical");

export const OutcomeSection: FC<{ method: string; outcome: Outcome }> = ({ method, outcome }) => (
  <section class="operation" aria-labelledby="outcome">
    <h2 id="outcome">
      Answer <span class={`badge ${classOf(outcome.status)}`}>{outcome.status}</span>
    </h2>
    <p class="muted">
      <code>
        {method} {outcome.asked.path}
      </code>
    </p>
    <details>
      <summary>{outcome.headers.length} headers</summary>
      {/* Scrolls sideways, so the keyboard must reach it. */}
      <pre tabindex={0}>
        <code>{outcome.headers.map(([name, value]) => `${name}: ${value}`).join("\n")}</code>
      </pre>
    </details>
    {outcome.text === "" ? (
      <p class="muted">No body.</p>
    ) : (
      <pre tabindex={0} class="answer">
        <code>{outcome.text}</code>
      </pre>
    )}
    {outcome.isCut ? (
      <p class="muted small">The answer goes on; the first 48 KB are shown. The command has all of it.</p>
    ) : null}
  </section>
);
