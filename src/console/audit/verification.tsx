/** Whether the seals hold: one page of the chain a look. */
import type { FC } from "hono/jsx";
import type { AuditProblem } from "../../audit/findings.ts";
import type { Verification } from "../../audit/verify.ts";
import { Table } from "../blocks/table.tsx";
import type { View } from "../layout.tsx";
import { countText, wordsOf } from "../text.tsx";
import { AuditFrame } from "./frame.tsx";

const heads: Readonly<Record<Verification["head"], string>> = {
  ok: "The database holds the end of the chain that the sealer knows.",
  none: "Nothing is sealed yet.",
  cut: "The database ends before the chain that the sealer knows: the newest entries are missing.",
  altered: "The end of the chain in the database is not the one that the sealer knows.",
  lost: "There are seals, and the sealer knows of none: its storage is gone, so old seals cannot be checked.",
};

const isSound = ({ head, problems }: Verification): boolean =>
  problems.length === 0 && (head === "ok" || head === "none");

const Problems: FC<{ problems: readonly AuditProblem[] }> = ({ problems }) => (
  <Table
    class="refusals numbers"
    caption="What does not hold, by entry"
    columns={[{ title: "Entry", class: "w-time" }, { title: "What was found" }]}
  >
    {problems.map(({ kind, id, through }) => (
      <tr>
        <th scope="row">{id === through ? countText(id) : `${countText(id)} to ${countText(through)}`}</th>
        <td>{wordsOf(kind)}</td>
      </tr>
    ))}
  </Table>
);

const Fact: FC<{ name: string; count: number }> = ({ name, count }) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd class="figure-value">{countText(count)}</dd>
  </div>
);

export const VerificationPage: FC<{ view: View; found: Verification }> = ({ view, found }) => {
  const { checked, sealedThrough, unsealed, head, problems, next } = found;
  const rest = next === null ? "" : " More of the chain follows.";
  return (
    <AuditFrame view={view} current="verify">
      {isSound(found) ? (
        <p class="notice notice-good" role="status">
          What was looked at is as it was sealed.{rest}
        </p>
      ) : (
        <p class="notice notice-error" role="alert">
          The trail is not as it was sealed.{rest}
        </p>
      )}
      <dl class="figures after">
        <Fact name="Entries looked at" count={checked} />
        <Fact name="Sealed up to entry" count={sealedThrough} />
        <Fact name="Waiting for a seal" count={unsealed} />
      </dl>
      <p class="after">{heads[head]}</p>
      <p class="after muted small">
        An entry that no seal covers yet, for up to five minutes, could still be changed unseen. Verify at
        least as often as entries are pruned.
      </p>
      {problems.length === 0 ? null : (
        <section aria-label="Problems">
          <Problems problems={problems} />
        </section>
      )}
      <nav class="pager" aria-label="Pages of the verification">
        {next === null ? (
          <a href="/audit/verify">Verify again</a>
        ) : (
          <a href={`/audit/verify?after=${next}`}>Go on from entry {countText(next + 1)}</a>
        )}
      </nav>
    </AuditFrame>
  );
};
