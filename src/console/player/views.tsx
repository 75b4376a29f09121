/** The views of a player: each loads what it shows and says what that is. */
import type { Child, FC } from "hono/jsx";
import type { Db } from "../../db/client.ts";
import type { StoredScore } from "../../db/standings.ts";
import { Pager } from "../blocks/pager.tsx";
import { back, forward, type Place } from "../trail.ts";
import {
  loadCases,
  loadDecisions,
  loadReports,
  PlayerCases,
  PlayerDecisions,
  PlayerReports,
} from "./judged-views.tsx";
import { AuditTable, EventsTable, SessionsTable } from "./lists.tsx";
import { loadAudit, loadEvents, loadJudgement, loadSessions, type PlayerHead } from "./load.ts";
import { MetricsView } from "./metrics.tsx";
import { type PlayerPageQuery, playerHref, type TabKey } from "./query.ts";
import { ScoreView } from "./score.tsx";

export interface Shown {
  readonly head: PlayerHead;
  readonly content: Child;
  readonly charts: boolean;
}

/** Sessions that any line of a score names. */
export const suspectsOf = (score: StoredScore | null): ReadonlySet<string> =>
  new Set((score?.ledger ?? []).flatMap(({ sessionIds }) => sessionIds));

type Load = (db: Db, id: number, query: PlayerPageQuery, nowMs: number) => Promise<Shown>;

interface PagesProps {
  readonly of: string;
  readonly id: number;
  readonly query: PlayerPageQuery;
  readonly page: { readonly next: string | null };
}

/** The first page, the one that was seen before, and the next. */
const Pages: FC<PagesProps> = ({ of, id, query, page }) => {
  const { tab, mode, after, trail } = query;
  const hrefOf = (place: Place) => playerHref({ id, tab, mode, ...place });
  const previous = back({ after, trail });
  return (
    <Pager
      of={of}
      first={after === undefined ? null : hrefOf({})}
      previous={previous && hrefOf(previous)}
      next={page.next === null ? null : hrefOf(forward({ after, trail }, page.next))}
    />
  );
};

const loaders: Readonly<Record<TabKey, Load>> = {
  async score(db, id, { mode = null }) {
    const { head, judgement } = await loadJudgement(db, id, mode);
    return { head, charts: true, content: <ScoreView head={head} judgement={judgement} /> };
  },
  async metrics(db, id, { mode = null }) {
    const { head, judgement } = await loadJudgement(db, id, mode);
    return { head, charts: true, content: <MetricsView head={head} judgement={judgement} /> };
  },
  async sessions(db, id, query) {
    const { head, page } = await loadSessions(db, id, query);
    const content = (
      <>
        <SessionsTable sessions={page.rows} suspects={suspectsOf(head.score)} />
        <Pages of="sessions" id={id} query={query} page={page} />
      </>
    );
    return { head, charts: false, content };
  },
  async events(db, id, query) {
    const { head, page } = await loadEvents(db, id, query);
    const content = (
      <>
        <EventsTable events={page.rows} />
        <Pages of="events" id={id} query={query} page={page} />
      </>
    );
    return { head, charts: false, content };
  },
  async cases(db, id, query, nowMs) {
    const { head, page } = await loadCases(db, id, query);
    const content = (
      <>
        <PlayerCases rows={page.rows} nowMs={nowMs} />
        <Pages of="cases" id={id} query={query} page={page} />
      </>
    );
    return { head, charts: false, content };
  },
  async decisions(db, id, query, nowMs) {
    const { head, page } = await loadDecisions(db, id, query);
    const content = (
      <>
        <PlayerDecisions rows={page.rows} nowMs={nowMs} />
        <Pages of="decisions" id={id} query={query} page={page} />
      </>
    );
    return { head, charts: false, content };
  },
  async reports(db, id, query) {
    const { head, page } = await loadReports(db, id, query);
    const content = (
      <>
        <PlayerReports rows={page.rows} />
        <Pages of="reports" id={id} query={query} page={page} />
      </>
    );
    return { head, charts: false, content };
  },
  async audit(db, id, query) {
    const { head, page } = await loadAudit(db, id, query);
    const content = (
      <>
        <AuditTable entries={page.rows} />
        <Pages of="entries" id={id} query={query} page={page} />
      </>
    );
    return { head, charts: false, content };
  },
};

export const viewOf: Load = (db, id, query, nowMs) => loaders[query.tab](db, id, query, nowMs);
