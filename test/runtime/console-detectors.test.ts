/** Detectors in the console: what the registry, the API and the counters say, hostile names, and the cost. */
import { beforeEach, describe, expect, it } from "vitest";
import { priorBaseline } from "../../src/detection/baseline.ts";
import { pageOf } from "../../src/detection/card-page.ts";
import { detectors } from "../../src/detection/registry.ts";
import { costOfPage, visit } from "./console-pages.ts";
import {
  hostileGame,
  hostileMode,
  hrefsOf,
  nextOf,
  plantDays,
  plantFlags,
  plantScope,
  sectionOf,
  textOf,
} from "./detection-samples.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";

let service: Service;
beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

const months = ["2026-11", "2026-10", "2026-09", "2026-08", "2026-07", "2026-06"];
const page = async (path: string, status = 200): Promise<string> => {
  const reply = await visit(service, path);
  expect([path, reply.status]).toEqual([path, status]);
  return reply.body;
};
/** The cards of the list, each by its detector. */
const cardsOf = (body: string) =>
  new Map(
    body
      .split('<li class="card"')
      .slice(1)
      .map((card) => [
        /\/detectors\/([a-z.0-9-]+)/.exec(card)?.[1] ?? "",
        textOf(card.split("</li>")[0] ?? ""),
      ]),
  );
const percent = (share: number, digits: number) => String(Number((share * 100).toPrecision(digits)));
interface Share {
  value: number;
  low: number;
  high: number;
  n: number;
}
const shareText = ({ value, low, high, n }: Share) =>
  `${percent(value, 3)} % ${percent(low, 2)} to ${percent(high, 2)} %, n ${n}`;

/** Flags of two games and all together, over months and versions. */
const flags = [
  { game: "*", month: "2026-11", detector: "aim.change", flags: 9, confirmed: 4, cleared: 2 },
  { game: "*", month: "2026-10", detector: "aim.change", flags: 5, confirmed: 3, cleared: 0 },
  { game: "*", month: "2026-10", detector: "aim.change", version: 7, flags: 2, confirmed: 1, cleared: 1 },
  { game: "*", month: "2026-05", detector: "aim.change", flags: 800, confirmed: 800, cleared: 0 },
  { game: "*", month: "2026-11", detector: "log.anomaly", flags: 1 },
  { game: "cs2", month: "2026-11", detector: "aim.change", flags: 9, confirmed: 4, cleared: 2 },
  { game: "rust", month: "2026-10", detector: "aim.change", flags: 5, confirmed: 3, cleared: 0 },
] as const;

describe("the list", () => {
  it("has every registered detector once, with what the API says of it", async () => {
    const { body } = await service.call("/api/detectors");
    const cards = cardsOf(await page("/detectors"));
    expect([...cards.keys()].sort()).toEqual(detectors.map(({ id }) => id).sort());
    for (const card of body.detectors) {
      expect(cards.get(card.id)).toContain(card.summary);
      expect(cards.get(card.id)).toContain("0 flags 0 last month");
      expect(cards.get(card.id)).toContain("no verdicts yet");
    }
  });

  it.each(["", "?game=cs2", "?game=rust"])(
    "%s says of flags and precision what the API says",
    async (query) => {
      await plantFlags(flags);
      const { body } = await service.call(`/api/analytics/quality${query}`);
      const cards = cardsOf(await page(`/detectors${query}`));
      expect(body.detectors.length).toBeGreaterThan(0);
      for (const { detector, all } of body.detectors) {
        const expected = all.precision.n === 0 ? "no verdicts yet" : shareText(all.precision);
        expect(cards.get(detector)).toContain(`Precision ${expected}`);
      }
      const [now, before] = query === "?game=rust" ? [0, 5] : [9, query === "" ? 7 : 0];
      expect(cards.get("aim.change")).toContain(`${now} flags ${before} last month`);
    },
  );

  it("says what detectors said in a scope on its last whole days", async () => {
    await plantScope({});
    // Ten days of all detectors: more than a page reads, and each day is told by its digit.
    const rows = detectors.flatMap(({ id }) =>
      Array.from({ length: 10 }, (_, ago) => ({ ago, detector: id, judged: 100, flagged: ago })),
    );
    await plantDays(rows);
    await plantDays([{ mode: "wingman", ago: 0, detector: "aim.change", judged: 5_000, flagged: 5_000 }]);
    const body = await page("/detectors?game=cs2&mode=premier");
    for (const [id, card] of cardsOf(body)) {
      const isDeclared = !detectors.some((one) => one.id === id);
      expect(card).toContain(isDeclared ? "In 7 days nothing judged yet" : "In 7 days 3 % 2 to 4.5 %, n 700");
    }
  });

  it("knows what a game declares, and only there", async () => {
    const metric = { name: "recoil", kind: "proportion", unit: "share", range: [0, 1], direction: "high" };
    const profile = { metrics: [{ ...metric, exposure: "kills", group: "aim" }], weights: { aim: 1.4 } };
    await service.call("/api/games/own", { method: "PUT", body: profile });
    expect(cardsOf(await page("/detectors?game=own")).has("aim.recoil-level")).toBe(true);
    expect(textOf(await page("/detectors?game=own"))).toContain("weight 1.4, as the game declares");
    expect(cardsOf(await page("/detectors")).has("aim.recoil-level")).toBe(false);
    expect(textOf(await page("/detectors/aim.recoil-level?game=own"))).toContain(
      "a metric that the game declares",
    );
    await page("/detectors/aim.recoil-level", 404);
    await page("/detectors/aim.recoil-level?game=other", 404);
  });
});

describe("one detector", () => {
  it.each(detectors.map(({ id }) => id))("%s says what its card says", async (id) => {
    const { body } = await service.call("/api/detectors");
    const card = body.detectors.find((one: { id: string }) => one.id === id);
    const text = textOf(await page(`/detectors/${id}`));
    const said = [card.summary, card.minimum_evidence, ...card.sources, ...card.known_false_positives];
    for (const words of said) expect(text.replaceAll(" ", "")).toContain(words.replaceAll(" ", ""));
    for (const { name, default: value, description } of card.parameters) {
      expect(text).toContain(`${name} ${value} ${description}`);
    }
    expect(text).toContain(`Version ${card.version} `);
    expect(await page(`/detectors/${id}/document`)).toBe(
      pageOf(detectors.find((one) => one.id === id) as never),
    );
  });

  it("has its flags by month, version and game, as the API counts them", async () => {
    await plantFlags(flags);
    const body = await page("/detectors/aim.change");
    const text = textOf(sectionOf(body, "precision"));
    const { body: api } = await service.call("/api/detectors/aim.change/quality");
    expect(text).toContain(
      `Since Jun 2026 in all games: ${api.all.flags} flags, precision ${shareText(api.all.precision)}`,
    );
    for (const { version, flags: count, precision } of api.versions) {
      expect(text).toMatch(new RegExp(`${version}( present)? ${count} ${shareText(precision)}`));
    }
    expect(text).toContain("Oct 2026 7 80 % 38 to 96 %, n 5 4 1 0 0 28.6 %");
    expect(text).toContain("Aug 2026 0 no verdicts yet 0 0 0 0 no flags");
    expect(text).toContain("cs2 9 66.7 % 30 to 90 %, n 6 4 2");
    expect(text).toContain("rust 5 100 % 44 to 100 %, n 3 3 0");
    const { body: rust } = await service.call("/api/detectors/aim.change/quality?game=rust");
    expect(textOf(await page("/detectors/aim.change?game=rust"))).toContain(
      `in rust : ${rust.all.flags} flags, precision ${shareText(rust.all.precision)}`,
    );
    expect(textOf(await page("/detectors/aim.mixture"))).toContain("No flags in six months");
  });

  it("pages through games, each once", async () => {
    const games = Array.from({ length: 30 }, (_, i) => `g${String(i).padStart(2, "0")}`);
    await plantFlags(games.map((game) => ({ game, month: "2026-11", detector: "aim.change", flags: 1 })));
    await plantFlags([{ game: "*", month: "2026-11", detector: "aim.change", flags: 30 }]);
    const seen: string[] = [];
    for (let next: string | null = "/detectors/aim.change"; next !== null; ) {
      const body: string = await page(next);
      seen.push(
        ...[...body.matchAll(/class="player-link" href="[^"]+\?game=(g\d+)"/g)].map(([, game = ""]) => game),
      );
      next = nextOf(body);
    }
    expect(seen).toEqual(games);
    expect((await visit(service, "/detectors/aim.change?after=xyz")).status).toBe(400);
  });

  it("has 30 days of the scope that is chosen, and of no other", async () => {
    await plantScope({});
    expect(textOf(await page("/detectors/aim.change"))).toContain("No scope is chosen");
    expect(textOf(await page("/detectors/aim.change?game=cs2&mode=premier"))).toContain(
      "Nothing judged here",
    );
    const of = { detector: "aim.change", judged: 200, flagged: 3, newly: 2 };
    await plantDays([
      { ...of, ago: 0 },
      { ...of, ago: 0, version: 2, judged: 100 },
      { ...of, ago: 29 },
      { ...of, ago: 30, flagged: 200 },
      { ...of, ago: 1, mode: "wingman" },
      { ...of, ago: 1, detector: "aim.mixture" },
    ]);
    const body = await page("/detectors/aim.change?game=cs2&mode=premier");
    const days = sectionOf(body, "over-time");
    expect(textOf(days)).toContain("9 of 500 scores that it could judge: 1.8 % (0.95 to 3.4 %, n 500)");
    expect(days.match(/<tr data-x=/g)).toHaveLength(30);
    expect(textOf(days)).toContain("2026-11-01 2 % 300 6 4");
    expect(textOf(days)).toContain("2026-10-03 1.5 % 200 3 2");
    expect(textOf(days)).toContain("2026-10-31 – 0 0 0");
  });

  it("says where its proof is suspended, and that another has none", async () => {
    const suspended = { "reaction.floor": [Date.UTC(2026, 9, 30) / 86_400_000] };
    await plantScope({ baseline: { ...priorBaseline, version: 1, suspended } });
    await plantScope({ mode: "wingman", baseline: priorBaseline });
    const proof = sectionOf(await page("/detectors/reaction.floor"), "proof");
    expect(textOf(proof)).toContain("cs2 / premier : 2026-10-30");
    expect(textOf(proof)).not.toContain("wingman");
    expect(textOf(sectionOf(await page("/detectors/log.signature"), "proof"))).toContain(
      "suspended in none of the scopes (n 2)",
    );
    expect(sectionOf(await page("/detectors/aim.change"), "proof")).toBe("");
  });
});

describe("what others wrote", () => {
  it("stays text, and its links lead back to it", async () => {
    const name = { game: hostileGame, mode: hostileMode };
    await plantScope(name);
    await plantDays([{ ...name, ago: 0, detector: "aim.change", judged: 10, flagged: 1 }]);
    await plantFlags([{ game: hostileGame, month: "2026-11", detector: "aim.change", flags: 1 }]);
    for (const path of ["/detectors", "/detectors/aim.change"]) {
      const body = await page(path);
      expect(body).not.toMatch(/<script>alert/);
      const link = hrefsOf(body).find((href) => href.includes("mode=")) ?? "";
      const there = await page(link);
      expect(there).not.toMatch(/<script>alert|\son[a-z]+=/);
      expect(textOf(there)).toContain(`${hostileGame} / ${hostileMode}`.replaceAll(/\s+/g, " "));
      expect(textOf(there)).toContain("10 %");
    }
    for (const query of ["?game=&mode=x", "?game=%00&mode=%ff", `?game=${"x".repeat(129)}`, "?mode=only"]) {
      await page(`/detectors${query}`);
      await page(`/detectors/aim.change${query}`);
    }
  });

  it.each([
    "/detectors/no.such",
    "/detectors/__proto__",
    "/detectors/aim.change%00",
    "/detectors/no.such/document",
  ])("%s is not found", async (path) => {
    expect(await page(path, 404)).toContain("The detector was not found.");
  });

  it("is asked for by nobody who is not signed in, and leads back", async () => {
    const { status, body } = await service.call("/detectors/aim.change?game=cs2", { role: null });
    expect(status).toBe(401);
    expect(body).toContain("/sign-in?next=%2Fdetectors%2Faim.change%3Fgame%3Dcs2");
  });

  it("is loaded from nowhere: links alone name other hosts", async () => {
    const body = await page("/detectors/reaction.floor");
    const others = [...body.matchAll(/<[^>]*https?:\/\/(?!localhost)[^>]*>/g)].map(([tag]) => tag);
    expect(others).toEqual([
      '<a href="https://doi.org/10.1080/02640410600718004" rel="noreferrer noopener external">',
    ]);
  });
});

describe("what it costs", () => {
  it.each([
    "/detectors",
    "/detectors?game=g05",
    "/detectors?game=g05&mode=m",
    "/detectors/reaction.floor",
    "/detectors/reaction.floor?game=g05",
    "/detectors/reaction.floor?game=g05&mode=m",
  ])("%s: two round trips, 300 rows, 100 KB, at 100 scopes", async (path) => {
    const ids = JSON.stringify(detectors.map(({ id }) => id));
    const hundred = "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 99)";
    await env.DB.batch([
      env.DB.prepare(`${hundred} INSERT INTO scopes (game, mode, baseline)
        SELECT 'g' || substr('0' || i, -2), 'm', ? FROM c`).bind(JSON.stringify(priorBaseline)),
      env.DB.prepare(`INSERT INTO detector_days SELECT 'g05', m.value, ? - d.value, k.value, v.value, 10, 1, 1
        FROM json_each('["m","n"]') m, json_each(?) d, json_each(?) k, json_each('[1,2]') v`).bind(
        Math.floor(Date.UTC(2026, 10, 1) / 86_400_000),
        JSON.stringify(Array.from({ length: 60 }, (_, i) => i)),
        ids,
      ),
      env.DB.prepare(`${hundred} INSERT INTO quality_flags (game, month, detector, version, flags, confirmed)
        SELECT iif(i = 0, '*', 'g' || substr('0' || i, -2)), m.value, k.value, v.value, 3, 1
        FROM c, json_each(?) m, json_each(?) k, json_each('[1,2]') v`).bind(JSON.stringify(months), ids),
    ]);
    const { trips, read, written, gzipped, reply } = await costOfPage(path);
    expect([reply.status, trips, written]).toEqual([200, 2, 0]);
    expect(read).toBeLessThanOrEqual(300);
    expect(read).toBeGreaterThan(20);
    expect(gzipped).toBeLessThan(100_000);
  });
});
