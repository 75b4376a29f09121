/** Whoever may still review a case learns nothing of what others said of it, and everybody does once it is decided. */
import { beforeEach, describe, expect, it } from "vitest";
import { commentsShown, reviewsVisible } from "../../src/actions/cases/shown-reviews.ts";
import { createDb } from "../../src/db/client.ts";
import { selectReviews } from "../../src/db/verdicts.ts";
import { isBlind } from "../../src/decisions/reviews.ts";
import { caseRow, hold, insertCase, insertDecision, judge, review, setShare } from "./case-fixtures.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";
import { all } from "./trail.ts";

let service: Service;
const db = createDb(env.DB);

beforeEach(async () => {
  await freshDatabase();
  service = createService();
  await setShare(1);
  await insertCase();
});

type Row = Parameters<typeof commentsShown>[1];
const theCase = async () => (await caseRow()) as unknown as Row;
const as = (viewer: string) => ({ principal: `user:${viewer}` });
const shownTo = async (viewer: string) =>
  reviewsVisible(await theCase(), as(viewer), await selectReviews(db, (await theCase()).id)).map(
    ({ reviewer, verdict }) => [reviewer, verdict],
  );
/** Of a comment by each, whose are held back. */
const hiddenFrom = async (viewer: string) => {
  const comments = ["ann", "bob", "cat", "dan"].map((name) => ({
    ...{ id: name, at: 0, author: `user:${name}`, text: "t" },
  }));
  const shown = await commentsShown(db, await theCase(), as(viewer), comments);
  return comments.filter((comment) => !shown.includes(comment)).map(({ author }) => author);
};

describe("reviews", () => {
  it("are one's own alone until the case is decided, then everybody's", async () => {
    expect(await shownTo("bob")).toEqual([]);
    await review(service, "ann", "confirmed");
    expect(await shownTo("bob")).toEqual([]);
    expect(await hiddenFrom("bob")).toEqual(["user:ann"]);
    expect(await shownTo("ann")).toEqual([["user:ann", "confirmed"]]);
    expect(await hiddenFrom("ann")).toEqual([]);
    await review(service, "bob", "cleared");
    expect(await shownTo("cat")).toEqual([]);
    expect((await hiddenFrom("cat")).sort()).toEqual(["user:ann", "user:bob"]);
    expect(await shownTo("bob")).toEqual([["user:bob", "cleared"]]);
    await review(service, "cat", "cleared");
    const everything = [
      ["user:ann", "confirmed"],
      ["user:bob", "cleared"],
      ["user:cat", "cleared"],
    ];
    for (const viewer of ["ann", "bob", "cat", "dan"]) {
      expect(await shownTo(viewer)).toEqual(everything);
      expect(await hiddenFrom(viewer)).toEqual([]);
    }
  });

  it("are not given away by the reports that they resolved", async () => {
    await setShare(0);
    const player_id = 1;
    await service.call("/api/security/report", { body: { player_id, reporter: "viewer" } });
    const outcome = async () =>
      (await service.call(`/api/players/${player_id}/reports`)).body.reports.map(
        (report: { outcome: string | null }) => report.outcome,
      );
    await review(service, "ann", "confirmed");
    expect(await outcome()).toEqual(["confirmed"]);
    await insertDecision();
    await service.call("/api/decisions/1/appeal", { body: { statement: "No." } });
    expect(await outcome()).toEqual([null]);
    await review(service, "bob", "confirmed");
    expect(await outcome()).toEqual(["confirmed"]);
  });

  it("hide again from whoever may judge an appeal", async () => {
    await setShare(0);
    await review(service, "ann", "confirmed");
    await insertDecision();
    await service.call("/api/decisions/1/appeal", { body: { statement: "No." } });
    expect(isBlind(await theCase())).toBe(true);
    expect(await shownTo("bob")).toEqual([]);
    expect(await shownTo("ann")).toEqual([["user:ann", "confirmed"]]);
    await review(service, "bob", "confirmed");
    expect(await shownTo("dan")).toEqual([
      ["user:ann", "confirmed"],
      ["user:bob", "confirmed"],
    ]);
  });
});

describe("nothing else tells", () => {
  const words = "words that nobody else wrote";

  /** All that an analyst can read of this part. */
  async function readings(): Promise<string> {
    const paths = [
      "/api/cases/1",
      "/api/cases/1/comments",
      "/api/decisions?game=cs2",
      "/api/cases/1/explanation?audience=analyst",
      "/api/cases/1/explanation?audience=player",
      "/api/analytics/agreement",
      "/api/appeals",
      "/api/appeals?state=decided",
    ];
    const replies = [];
    for (const path of paths) replies.push(await service.call(path, { role: "analyst", subject: "bob" }));
    for (const reply of replies) expect(reply.status).toBe(200);
    // That it is a second review is no secret: what came of the first is.
    return JSON.stringify(replies.map(({ body }) => body)).replace('"review":"second"', '"review":"first"');
  }

  it.each(["confirmed", "cleared", "inconclusive"] as const)(
    "a first review of %s reads to the next reviewer as any other",
    async (verdict) => {
      const before = await readings();
      await hold(1, "ann");
      const decision = verdict === "confirmed" ? { type: "ban" } : undefined;
      await judge(service, "ann", verdict, { body: { reason: words, ...(decision ? { decision } : {}) } });
      expect(await readings()).toEqual(before);
      expect(await caseRow()).toMatchObject({ verdict: null, decided_at: null, review: "second" });
      expect(await all("SELECT * FROM decisions")).toEqual([]);
      const trail = await all("SELECT payload FROM audit_entries WHERE action = 'case.verdict'");
      expect(JSON.stringify(trail)).not.toContain(words);
      expect(JSON.stringify(trail)).not.toContain(verdict);
    },
  );

  it("a verdict that is refused tells no more than why it is the caller's to correct", async () => {
    await hold(1, "ann");
    await judge(service, "ann", "confirmed", { body: { reason: words } });
    const reply = await judge(service, "bob", "cleared");
    expect(reply.status).toBe(409);
    expect(JSON.stringify(reply.body)).not.toMatch(/user:ann|nobody else wrote/);
  });
});
