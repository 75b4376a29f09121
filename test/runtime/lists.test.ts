/** Lists: complete, in order, without repetition, page by page. */
import { beforeEach, describe, expect, it } from "vitest";
import { blatantEntry, createPlayer, iso, scan, send, sessionRow, sessionRows } from "./samples.ts";
import { createService, freshDatabase, nowMs, runJobs, type Service } from "./service.ts";

let service: Service;

beforeEach(async () => {
  await freshDatabase();
  service = createService();
});

interface Listed {
  readonly id: number | string;
  readonly risk_score: number;
  readonly band: string;
  readonly confidence: string;
  readonly username: string;
  readonly game: string;
  readonly last_seen_at: string | null;
}

/** All pages of a list, one after the other. */
async function allPages(path: string, list: string, limit: number): Promise<Listed[]> {
  const rows: Listed[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 200; page++) {
    const url: string = `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`;
    const { status, body } = await service.call(url);
    expect(status, url).toBe(200);
    expect(body[list].length).toBeLessThanOrEqual(limit);
    rows.push(...body[list]);
    cursor = body.next_cursor;
    if (cursor === null) return rows;
  }
  throw new Error(`${path} does not end`);
}

/** Forty players of two games: suspects with equal and different risks, honest ones, and some without a session. */
async function populate(): Promise<void> {
  for (let n = 0; n < 30; n++) {
    const game = n % 3 === 0 ? "cs2" : "default";
    const reaction = n % 5 === 0 ? 40 + n : 230;
    await send(
      service,
      sessionRows(n * 10, n * 10 + 4, `Player ${n}`, {
        game,
        kills: 30,
        headshots: 9,
        reaction_time_ms: reaction,
      }),
    );
  }
  for (let n = 0; n < 10; n++) await createPlayer(service, { username: `empty ${n}` });
  await scan(
    service,
    [1, 2, 4, 7].map((n) => ({ player_id: `Player ${n}`, ...blatantEntry })),
  );
  await runJobs(service);
}

describe("players", () => {
  const orders: readonly {
    query: string;
    keep: (p: Listed) => boolean;
    key: (p: Listed) => readonly (string | number)[];
  }[] = [
    { query: "", keep: () => true, key: (p) => [-p.risk_score, -p.id] },
    { query: "?game=cs2", keep: (p) => p.game === "cs2", key: (p) => [-p.risk_score, -p.id] },
    {
      query: "?min_risk=0.01&max_risk=80",
      keep: (p) => p.risk_score >= 0.01 && p.risk_score <= 80,
      key: (p) => [-p.risk_score, -p.id],
    },
    { query: "?band=low", keep: (p) => p.band === "low", key: (p) => [-p.risk_score, -p.id] },
    {
      query: "?band=suspicious&game=default",
      keep: (p) => p.band === "suspicious" && p.game === "default",
      key: (p) => [-p.risk_score, -p.id],
    },
    {
      query: "?confidence=insufficient&sort=risk",
      keep: (p) => p.confidence === "insufficient",
      key: (p) => [-p.risk_score, -p.id],
    },
    {
      query: "?sort=last_seen",
      keep: () => true,
      key: (p) => [-Date.parse(p.last_seen_at ?? iso(0)), -p.id],
    },
    {
      query: "?sort=last_seen&game=cs2",
      keep: (p) => p.game === "cs2",
      key: (p) => [-Date.parse(p.last_seen_at ?? iso(0)), -p.id],
    },
    {
      query: "?name=pLAYER%201",
      keep: (p) => p.username.startsWith("Player 1"),
      key: (p) => [p.username.toLowerCase(), +p.id],
    },
    {
      query: "?name=player%202&game=cs2",
      keep: (p) => p.game === "cs2" && p.username.startsWith("Player 2"),
      key: (p) => [p.username.toLowerCase(), +p.id],
    },
    {
      query: "?name=e",
      keep: (p) => p.username.startsWith("e"),
      key: (p) => [p.username.toLowerCase(), +p.id],
    },
  ];

  const compare = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
    const place = a.findIndex((part, n) => part !== b[n]);
    return place < 0 ? 0 : (a[place] ?? 0) < (b[place] ?? 0) ? -1 : 1;
  };

  it("come complete and in order, whatever the page", async () => {
    await populate();
    const everyone = await allPages("/api/players", "players", 200);
    expect(everyone).toHaveLength(40);
    for (const { query, keep, key } of orders) {
      const expected = everyone.filter(keep).sort((a, b) => compare(key(a), key(b)));
      expect(expected.length, query).toBeGreaterThan(0);
      for (const limit of [1, 3, 200]) {
        const listed = await allPages(`/api/players${query}`, "players", limit);
        expect(
          listed.map((p) => p.id),
          `${query} by ${limit}`,
        ).toEqual(expected.map((p) => p.id));
      }
    }
  });

  it("suspicious: at or above the threshold, riskiest first, each with its latest event", async () => {
    await populate();
    const everyone = await allPages("/api/players", "players", 200);
    for (const threshold of [0, 0.01, 70, 75.5, 100]) {
      const expected = everyone.filter((p) => p.risk_score >= threshold).map((p) => p.id);
      for (const limit of [2, 100]) {
        const listed = await allPages(
          `/api/players/suspicious?risk_threshold=${threshold}`,
          "players",
          limit,
        );
        expect(
          listed.map((p) => p.id),
          `${threshold}`,
        ).toEqual(expected);
      }
    }
    const { body } = await service.call("/api/players/suspicious");
    expect(body.count).toBe(body.players.length);
    for (const player of body.players) {
      const { events } = (await service.call(`/api/players/${player.id}/events?limit=1`)).body;
      expect(player.recent_event).toEqual(events[0] ?? null);
    }
  });

  it("a cursor of a wider filter does not lead out of a narrower one", async () => {
    await populate();
    const { next_cursor } = (await service.call("/api/players?limit=1")).body;
    const low = (await service.call(`/api/players?band=low&cursor=${next_cursor}`)).body.players;
    expect(low.map((p: Listed) => p.id)).toEqual(
      (await service.call("/api/players?band=low")).body.players.map((p: Listed) => p.id),
    );
  });

  it("with the longest names come page by page", async () => {
    const refs = ["a", "b", "c"].map((end) => `${"\uFDFA".repeat(127)}${end}`);
    await send(
      service,
      refs.map((ref, n) => sessionRow(n, ref)),
    );
    const listed = await allPages("/api/players?name=%EF%B7%BA", "players", 1);
    expect(listed.map((p) => p.username)).toEqual(refs);
  });
});

describe("history", () => {
  it("sessions of all modes come complete, newest first, page by page, ties and all", async () => {
    const at = (n: number) => ({
      recorded_at: iso(nowMs - Math.floor(n / 4) * 1_000),
      mode: ["a", "b", "c"][n % 3],
    });
    await send(
      service,
      Array.from({ length: 60 }, (_, n) => sessionRow(n, "p", at(n))),
    );
    const whole = await allPages("/api/players/@p/sessions", "sessions", 200);
    expect(new Set(whole.map((s) => s.id)).size).toBe(60);
    for (const limit of [1, 7, 60]) {
      const paged = await allPages("/api/players/@p/sessions", "sessions", limit);
      expect(paged).toEqual(whole);
    }
  });

  it("events of one moment come complete, page by page", async () => {
    const id = await createPlayer(service, { username: "x" });
    for (let n = 0; n < 9; n++) await service.call("/api/security/report", { body: { player_id: id } });
    await scan(service, [{ player_id: id, ...blatantEntry }]);
    const whole = await allPages(`/api/players/${id}/events`, "events", 200);
    expect(whole).toHaveLength(12);
    expect(await allPages(`/api/players/${id}/events`, "events", 5)).toEqual(whole);
  });

  it("belongs to the player alone", async () => {
    await send(service, [...sessionRows(0, 5, "p"), ...sessionRows(0, 7, "q")]);
    expect(await allPages("/api/players/@p/sessions", "sessions", 3)).toHaveLength(5);
    expect(await allPages("/api/players/@p/events", "events", 3)).toEqual([]);
  });
});
