/** A case: the evidence on one side, the verdict on the other where there is room. */
import type { FC } from "hono/jsx";
import { isHeld } from "../../actions/cases/case-answers.ts";
import { Layout, type View } from "../layout.tsx";
import { Text } from "../text.tsx";
import { mayCall } from "../viewing.ts";
import { EvidenceSections } from "./evidence.tsx";
import { VerdictFields } from "./forms.tsx";
import { CaseHeader, isOwn } from "./header.tsx";
import type { CaseView } from "./load.ts";
import { Appeals, Notes } from "./notes.tsx";

/** What stands in the way of a verdict, and what to do about it. */
function hintOf(shown: CaseView, { viewer, nowMs }: View): string | null {
  const { row, obstacle } = shown;
  if (!mayCall(viewer, "POST /cases/:case/verdict")) return "You read cases. Analysts review them.";
  if (obstacle !== null) return obstacle;
  if (isOwn(shown, viewer, nowMs)) return null;
  return isHeld(row, nowMs)
    ? "Somebody else works on this case until the lease ends."
    : "Claim the case to give a verdict.";
}

const VerdictSection: FC<{ shown: CaseView; view: View }> = ({ shown, view }) => {
  const { row, policies } = shown;
  const hint = hintOf(shown, view);
  return (
    <section class="verdict-box" aria-labelledby="verdict">
      <h2 id="verdict">Your verdict</h2>
      {hint === null ? (
        <VerdictFields id={row.id} policies={row.review === "appeal" ? [] : policies} />
      ) : (
        <p class="muted">
          <Text value={hint} />
        </p>
      )}
    </section>
  );
};

export const CasePage: FC<{ view: View; shown: CaseView }> = ({ view, shown }) => (
  <Layout
    title={`Case ${shown.row.id}, ${shown.row.username}`}
    current="queue"
    viewer={view.viewer}
    flash={view.flash}
  >
    <CaseHeader shown={shown} view={view} />
    <Appeals shown={shown} />
    <EvidenceSections shown={shown} />
    <div class="judging">
      <VerdictSection shown={shown} view={view} />
      <div class="case-notes">
        <Notes shown={shown} view={view} />
      </div>
    </div>
  </Layout>
);
