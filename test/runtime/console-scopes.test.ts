/** Scopes in the console: the list and one of them beside what the API says, hostile names, and the cost. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { priorBaseline } from "../../src/detection/baseline.ts";
import { detectors } from "../../src/detection/registry.ts";
import { population, type Settled, settle } from "../detection/simulated.ts";
import { costOfPage, visit } from "./console-pages.ts";
import {
  hostileGame,
  hostileMode,
  hrefsOf,
  nextOf,
  plantDays,
  plantScope,
  sectionOf,
  textOf,
  today,
} from "./detection-samples.ts";
import { send, sessionRow } from "./samples.ts";
import { createService, env, freshDatabase, runJobs, type Service } from "./service.ts";

/** Counted players of a scope that the core itself brought to rest. */
let crowd: Settled;
let service: Service;
beforeAll(() => {
  crowd = settle(population(31, 1_050, 0.05));
}, 60_000);
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const page = async (path: string, status = 200): Promise<string> => {
  const reply = await visit(service, path);
  expect([path, reply.status]).toEqual([path, status]);
  return reply.body;
};
const plantCrowd = () =>
  plantScope({
    players: 1_050,
    baseline: crowd.baseline,
    histogram: crowd.histogram,
    undeclared: ["wobble"],
  });

/** Rows of the list, each by its address. */
const rowsOf = (body: string) =>
  body
    .split("<tr data-row")
    .slice(1)
    .map((row) => ({ href: hrefsOf(row)[0] ?? "", text: textOf(row.split("</tr>")[0] ?? "") }));

describe("the list", () => {
  it("says what to do without scopes, and of a game without any", async () => {
    expect(textOf(await page("/scopes"))).toContain("1,000 players with a session each make it calibrated");
    expect(textOf(await page("/scopes?game=none"))).toContain("No scopes of this game");
  });

  it("says of each what the API says of it", async () => {
    await plantCrowd();
    await plantScope({
      mode: "wingman",
      players: 999,
      baseline: { ...crowd.baseline, version: 4 },
      stale: true,
    });
    await plantScope({ mode: "arena", players: 7 });
    const { body } = await service.call("/api/games/cs2");
    const rows = rowsOf(await page("/scopes"));
    expect(rows.map(({ href }) => href)).toEqual([
      "/scopes/cs2/arena",
      "/scopes/cs2/premier",
      "/scopes/cs2/wingman",
    ]);
    for (const [place, scope] of body.scopes.entries()) {
      const text = rows[place]?.text ?? "";
      const version = scope.baseline_version === 0 ? "prior" : scope.baseline_version;
      expect(text).toContain(`${scope.mode} cs2 ${scope.players.toLocaleString("en-US")} ${version} `);
      if (scope.refreshed_at) expect(text).toContain(scope.refreshed_at.slice(0, 16).replace("T", " "));
    }
    expect(body.scopes.map(({ calibrated }: { calibrated: boolean }) => calibrated)).toEqual([
      false,
      true,
      true,
    ]);
    expect(rows[0]?.text).toContain("uncalibrated 993 more players nobody counted yet not yet");
    expect(rows[1]?.text).toContain("calibrated fitted on 1,050");
    expect(rows[2]?.text).toContain("newer scores wait");
  });

  it("counts who stands at 40 and above, with its interval and n", async () => {
    await plantCrowd();
    const stand = crowd.scores.filter(({ risk }) => risk >= 4_000).length;
    const [, share = "", n = ""] =
      /fitted on 1,050 ([\d.]+) % [\d.]+ to [\d.]+ %, n ([\d,]+)/.exec(
        rowsOf(await page("/scopes"))[0]?.text ?? "",
      ) ?? [];
    expect(n).toBe("1,050");
    // The list knows no proofs and no rules but the shortness of records.
    expect(Math.abs((Number(share) / 100) * 1_050 - stand)).toBeLessThanOrEqual(8);
    expect(stand).toBeGreaterThan(10);
  });

  it("pages by name, each scope once, of all games or of one", async () => {
    for (const game of ["a", "b"]) {
      for (let i = 0; i < 30; i++) await plantScope({ game, mode: `m${String(i).padStart(2, "0")}` });
    }
    const walk = async (path: string) => {
      const seen: string[] = [];
      for (let next: string | null = path; next !== null; ) {
        const body: string = await page(next);
        seen.push(...rowsOf(body).map(({ href }) => href));
        next = nextOf(body);
      }
      return seen;
    };
    const of = (game: string) =>
      Array.from({ length: 30 }, (_, i) => `/scopes/${game}/m${String(i).padStart(2, "0")}`);
    expect(await walk("/scopes")).toEqual([...of("a"), ...of("b")]);
    expect(await walk("/scopes?game=b")).toEqual(of("b"));
    expect((await visit(service, "/scopes?after=xyz")).status).toBe(400);
  });
});

describe("one scope", () => {
  it("of enough players is calibrated, and tells its baselines, evidence and lengths of record", async () => {
    await plantCrowd();
    const body = await page("/scopes/cs2/premier");
    const text = textOf(body);
    expect(text).toContain(
      "Calibrated: the map from evidence to risk is fitted on 1,050 players, and 1,000 are needed",
    );
    const { median, between, n } = crowd.baseline.metrics.reaction_time ?? { median: 0, between: 0, n: 0 };
    const ms = (z: number) => Number(Math.exp(median + z * between).toPrecision(3));
    expect(textOf(sectionOf(body, "baselines"))).toContain(
      `Reaction time Reaction, too low ${n.toLocaleString("en-US")} ${ms(0)} ms ${ms(-1.6449)} to ${ms(1.6449)} ms ${ms(-3.0902)} ms players and prior`,
    );
    const sizes = Array.from(
      { length: 9 },
      (_, i) => crowd.histogram[`nats:${crowd.baseline.shape}@${i}`]?.n ?? 0,
    );
    const lengths = [
      "1",
      "2",
      "3 to 4",
      "5 to 7",
      "8 to 12",
      "13 to 20",
      "21 to 35",
      "36 to 60",
      "61 and more",
    ];
    const evidence = textOf(sectionOf(body, "evidence-section"));
    for (const [place, count] of sizes.entries()) expect(evidence).toContain(`${lengths[place]} ${count} `);
    expect(evidence).toContain("by a map fitted on 1,050 players");
    const drawn = body.split('data-chart="bars"').slice(1);
    expect(drawn).toHaveLength(14 + 1);
    for (const chart of drawn) {
      const rows = (chart.split("</figure>")[0] ?? "").matchAll(/data-y="(\d+)"/g);
      const sum = [...rows].reduce((total, [, y]) => total + Number(y), 0);
      expect(sum).toBeGreaterThan(900);
      expect(sum).toBeLessThanOrEqual(1_050);
    }
    expect(textOf(sectionOf(body, "declaration"))).toContain("Sent, not declared wobble");
  });

  it.each([
    [{ players: 312 }, "Not calibrated: 312 of 1,000 players. 688 more honest players"],
    [{ players: 1_400 }, "Not calibrated for now: there are 1,400 players"],
  ])("%o says why not", async ({ players }, why) => {
    await plantScope({ players, baseline: { ...priorBaseline, version: 3, shape: 2 } });
    expect(textOf(await page("/scopes/cs2/premier"))).toContain(why);
  });

  it("that nobody has refreshed yet says what is needed, and is judged by the prior", async () => {
    await service.call("/api/games/own", { method: "PUT", body: { modes: ["Big Team"] } });
    await page("/scopes/own/other", 404);
    expect(textOf(await page("/scopes/own/Big%20Team"))).toContain(
      "The game declares this mode, and nobody has played",
    );
    await send(service, [sessionRow(1, "p1", { game: "own", mode: "played" })]);
    const text = textOf(await page("/scopes/own/played"));
    expect(text).toContain("No baseline yet Somebody plays here");
    expect(text).toContain("with 1,000 it is calibrated");
    expect(text).toContain("Headshot rate Aim, too high 0 45 %");
    expect(text).toContain("not judged: 100 more players needed");
    expect(text).toContain("No scores in 30 days");
    await runJobs(service);
    await runJobs(service, "baselines");
    expect(textOf(await page("/scopes/own/played"))).toContain(
      "Not calibrated: 1 of 1,000 players. 999 more honest players",
    );
  });

  it("has the detectors of its last whole days", async () => {
    await plantCrowd();
    await plantDays(
      detectors.flatMap(({ id }) =>
        Array.from({ length: 12 }, (_, ago) => ({ ago, detector: id, judged: 100, flagged: ago, newly: 1 })),
      ),
    );
    await plantDays([{ mode: "wingman", ago: 0, detector: "aim.change", judged: 5_000, flagged: 5_000 }]);
    const body = await page("/scopes/cs2/premier");
    const rates = sectionOf(body, "rates");
    expect(textOf(rates)).toContain("The last 10 days.");
    for (const { id } of detectors) expect(textOf(rates)).toContain(id);
    expect(textOf(rates)).toContain("aim.change Aim 4.5 % 3.4 to 6 %, n 1,000 1,000 45 10");
    expect(hrefsOf(rates)).toContain("/detectors/aim.change?game=cs2&mode=premier");
  });

  it("tells suspended proofs and what the game declares", async () => {
    const metric = { name: "recoil", kind: "proportion", unit: "share", range: [0, 1], direction: "high" };
    const body = {
      metrics: [{ ...metric, label: "<b>Recoil</b>", exposure: "kills", group: "aim" }],
      weights: { aim: 1.4 },
    };
    expect((await service.call("/api/games/cs2", { method: "PUT", body })).status).toBe(200);
    await plantScope({
      players: 5,
      baseline: { ...priorBaseline, suspended: { "log.signature": [today - 2] } },
    });
    const shown = await page("/scopes/cs2/premier");
    expect(textOf(shown)).toContain("log.signature : 2026-10-30");
    const declaration = textOf(sectionOf(shown, "declaration"));
    expect(declaration).toContain("Weights of groups aim 1.4; others 1");
    expect(declaration).toContain(
      "<b>Recoil</b> recoil proportion share 0 to 1 high aim 1 kills none: players alone say",
    );
    expect(declaration).toContain("This mode not declared, accepted");
    expect(shown).not.toContain("<b>Recoil");
    expect(textOf(sectionOf(shown, "baselines"))).toContain("not judged: 100 more players needed");
  });
});

describe("what others wrote", () => {
  it.each([
    [hostileGame, hostileMode],
    ["%2e%2e", "a/b/../c"],
    ["😀".repeat(30), "ä ö+&=#?"],
    ["W".repeat(64), "‮"],
  ])("%s / %s stays text, and its link leads to it", async (game, mode) => {
    await plantScope({ game, mode, players: 3 });
    const list = await page("/scopes");
    const there = await page(rowsOf(list)[0]?.href ?? "");
    for (const body of [list, there]) {
      expect(body).not.toMatch(/<script>alert|\sonerror=|https?:\/\/(?!localhost)/);
      expect(textOf(body)).toContain(game);
      expect(textOf(body)).toContain(mode);
    }
    const { pathname } = new URL(rowsOf(list)[0]?.href ?? "", "http://localhost");
    expect(pathname.split("/")).toHaveLength(4);
    for (const href of hrefsOf(there).filter((one) => one.includes("mode="))) await page(href);
  });

  it.each(["/scopes/none/none", "/scopes/a%00/b", "/scopes/%ff/%fe", `/scopes/x/${"y".repeat(3_000)}`])(
    "%s is not found",
    async (path) => {
      expect(await page(path, 404)).toContain("The scope was not found.");
    },
  );

  it("is asked for by nobody who is not signed in, and leads back to plain names", async () => {
    const next = async (path: string) => {
      const { status, body } = await service.call(path, { role: null });
      expect(status).toBe(401);
      return /action="([^"]+)"/.exec(body)?.[1];
    };
    expect(await next("/scopes/cs2/premier")).toBe("/sign-in?next=%2Fscopes%2Fcs2%2Fpremier");
    expect(await next("/scopes?game=cs2")).toBe("/sign-in?next=%2Fscopes%3Fgame%3Dcs2");
    expect(await next("/scopes/%2e%2e%2f/x")).toBe("/sign-in");
  });
});

describe("what it costs", () => {
  it.each(["/scopes", "/scopes?game=g05", "/scopes/g05/m"])(
    "%s: two round trips, 300 rows, 100 KB, at 100 scopes",
    async (path) => {
      const hundred = "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 99)";
      await env.DB.batch([
        env.DB.prepare(`${hundred} INSERT INTO scopes (game, mode, version, players, baseline, histogram)
          SELECT 'g' || substr('0' || i, -2), 'm', 2, 1050, ?, ? FROM c`).bind(
          JSON.stringify(crowd.baseline),
          JSON.stringify(crowd.histogram),
        ),
        env.DB.prepare(`INSERT INTO detector_days SELECT 'g05', 'm', ? - d.value, k.value, v.value, 10, 1, 1
          FROM json_each(?) d, json_each(?) k, json_each('[1,2]') v`).bind(
          today,
          JSON.stringify(Array.from({ length: 60 }, (_, i) => i)),
          JSON.stringify(detectors.map(({ id }) => id)),
        ),
      ]);
      const { trips, read, written, gzipped, reply } = await costOfPage(path);
      expect([reply.status, trips, written]).toEqual([200, 2, 0]);
      expect(read).toBeLessThanOrEqual(300);
      expect(gzipped).toBeLessThan(100_000);
    },
  );
});
