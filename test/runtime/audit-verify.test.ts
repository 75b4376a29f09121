/** Whoever can write to the database is found out: each way to tamper with the trail is named, with the entry. */
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { sha256Hex } from "../../src/auth/digest.ts";
import { eraseAuditPayloads } from "../../src/db/audit.ts";
import { batch, createDb } from "../../src/db/client.ts";
import { env, freshDatabase, nowMs } from "./service.ts";
import {
  all,
  append,
  appendBulk,
  dropTriggers,
  evict,
  expectSound,
  run,
  sealedChain,
  sealer,
  trail,
  verifyAll,
} from "./trail.ts";

beforeEach(async () => {
  await freshDatabase();
  await sealedChain();
});

describe("an untouched trail", () => {
  it("verifies, in pages of any size, and after an eviction", async () => {
    await expectSound(450);
    for (const limit of [1, 199, 200, 201]) {
      expect(await verifyAll(limit)).toMatchObject({ checked: 450, problems: [], head: "ok", next: null });
    }
    await evict();
    await expectSound(450);
  });

  it("says how much no seal covers yet", async () => {
    await append(3);
    expect(await trail.verify(0, 1_000)).toMatchObject({
      sealedThrough: 450,
      unsealed: 3,
      head: "ok",
      problems: [],
    });
  });

  it("verifies after what is personal was erased", async () => {
    const db = createDb(env.DB);
    const [erased] = await batch(db, [eraseAuditPayloads(db, "player:3")]);
    expect(erased).toMatchObject({ meta: { changes: 14 } });
    expect(
      await all("SELECT id FROM audit_entries WHERE target = 'player:3' AND payload IS NOT NULL"),
    ).toEqual([]);
    await expectSound(450);
  });

  it("of many small seals verifies too", async () => {
    for (let n = 0; n < 60; n++) {
      await appendBulk(1);
      await trail.seal(10);
    }
    await expectSound(510);
  });
});

describe("append-only", () => {
  it.each([
    "UPDATE audit_entries SET actor = 'x' WHERE id = 5",
    "UPDATE audit_entries SET payload = '{}' WHERE id = 5",
    "DELETE FROM audit_entries WHERE id = 5",
    "UPDATE audit_seals SET mac = 'x'",
    "DELETE FROM audit_seals",
  ])("refuses %s", async (text) => {
    await expect(run(text)).rejects.toThrow(/append-only|only be erased|checkpoint alone|never rewritten/);
  });
});

/** A row with other content, its own digest made to fit: the forger is no fool. */
async function forgePayload(id: number): Promise<void> {
  const payload = '{"salt":"x","address":null,"to":"forged"}';
  await run(
    `UPDATE audit_entries SET payload = '${payload}', payload_digest = '${await sha256Hex(payload)}' WHERE id = ${id}`,
  );
}

const swap = (a: number, b: number) => [
  `UPDATE audit_entries SET id = -1 WHERE id = ${a}`,
  `UPDATE audit_entries SET id = ${a} WHERE id = ${b}`,
  `UPDATE audit_entries SET id = ${b} WHERE id = -1`,
];
const forgedSeal = (first: number, last: number) =>
  `INSERT INTO audit_seals (last_id, first_id, last_at, digests, previous_mac, mac) VALUES (${last}, ${first}, 0, '[]', '', 'x')`;

describe("an attacker with the database, the triggers dropped", () => {
  beforeEach(dropTriggers);

  const attacks: readonly (readonly [string, readonly string[], readonly object[]])[] = [
    [
      "actor altered",
      ["UPDATE audit_entries SET actor = 'user:eve' WHERE id = 7"],
      [{ kind: "altered", id: 7 }],
    ],
    ["time altered", ["UPDATE audit_entries SET at = at + 1 WHERE id = 201"], [{ kind: "altered", id: 201 }]],
    [
      "target altered",
      ["UPDATE audit_entries SET target = NULL WHERE id = 450 OR id = 2"],
      [{ kind: "altered", id: 2 }],
    ],
    [
      "request altered",
      ["UPDATE audit_entries SET request_id = 'q' WHERE id = 449"],
      [{ kind: "altered", id: 449 }],
    ],
    ["removed", ["DELETE FROM audit_entries WHERE id = 40"], [{ kind: "removed", id: 40, through: 40 }]],
    [
      "a run removed, across seals",
      ["DELETE FROM audit_entries WHERE id BETWEEN 195 AND 205"],
      [
        { kind: "removed", id: 195, through: 200 },
        { kind: "removed", id: 201, through: 205 },
      ],
    ],
    ["the first removed", ["DELETE FROM audit_entries WHERE id = 1"], [{ kind: "removed", id: 1 }]],
    ["the last sealed removed", ["DELETE FROM audit_entries WHERE id = 450"], [{ kind: "removed", id: 450 }]],
    [
      "swapped",
      swap(10, 90),
      [
        { kind: "reordered", id: 10 },
        { kind: "reordered", id: 90 },
      ],
    ],
    [
      "swapped across seals",
      swap(10, 300),
      [
        { kind: "altered", id: 10 },
        { kind: "altered", id: 300 },
      ],
    ],
    [
      "inserted before the first",
      ["INSERT INTO audit_entries (id, at, action, actor, payload_digest) VALUES (0, 1, 'x', 'y', 'z')"],
      [{ kind: "inserted", id: 0 }],
    ],
    [
      "payload altered",
      ["UPDATE audit_entries SET payload = '{}' WHERE id = 9"],
      [{ kind: "payload_altered", id: 9 }],
    ],
    [
      "seal's digests altered",
      ["UPDATE audit_seals SET digests = '[]' WHERE last_id = 400"],
      [{ kind: "seal_altered", id: 201, through: 400 }],
    ],
    [
      "seal's mac altered",
      ["UPDATE audit_seals SET mac = 'x' WHERE last_id = 200"],
      [{ kind: "seal_altered", id: 1, through: 200 }],
    ],
    [
      "seal's age altered",
      ["UPDATE audit_seals SET last_at = 0 WHERE last_id = 200"],
      [{ kind: "seal_altered", id: 1 }],
    ],
    [
      "seal removed",
      ["DELETE FROM audit_seals WHERE last_id = 200"],
      [{ kind: "seal_removed", id: 1, through: 200 }],
    ],
    ["seal inserted", [forgedSeal(1, 100)], [{ kind: "seal_altered", id: 1, through: 100 }]],
    ["seal inserted ahead", [forgedSeal(451, 500)], [{ kind: "seal_altered", id: 451, through: 500 }]],
    [
      "a checkpoint made up",
      [
        "INSERT INTO audit_checkpoints VALUES (200, 200, 'x', 1, 'y')",
        "DELETE FROM audit_entries WHERE id <= 200",
        "DELETE FROM audit_seals WHERE last_id <= 200",
      ],
      [
        { kind: "checkpoint_altered", id: 200 },
        { kind: "seal_removed", id: 1, through: 200 },
      ],
    ],
  ];
  it.each(attacks)("%s", async (_, statements, problems) => {
    await run(...statements);
    const found = await verifyAll();
    expect(found.problems).toEqual(problems.map((problem) => expect.objectContaining(problem)));
    expect(found.head).toBe("ok");
    expect((await verifyAll(1)).problems).toEqual(found.problems);
  });

  it("an altered payload whose digest was made to fit", async () => {
    await forgePayload(9);
    expect((await verifyAll()).problems).toEqual([{ kind: "altered", id: 9, through: 9 }]);
  });

  it("the tail cut, with its seals", async () => {
    await run(
      "DELETE FROM audit_entries WHERE id > 400",
      "DELETE FROM audit_seals WHERE last_id > 400",
      "UPDATE sqlite_sequence SET seq = 400 WHERE name = 'audit_entries'",
    );
    const range = { id: 401, through: 450 };
    expect(await verifyAll()).toMatchObject({ head: "cut", problems: [{ kind: "tail_cut", ...range }] });
    // Entries of the same ids do not mend it, and once the chain goes on it is a gap.
    await append(60);
    await trail.seal(1_000);
    await evict();
    expect(await verifyAll()).toMatchObject({ head: "ok", problems: [{ kind: "seal_removed", ...range }] });
  });

  it("the whole trail wiped", async () => {
    await run("DELETE FROM audit_entries", "DELETE FROM audit_seals");
    expect(await verifyAll()).toMatchObject({
      head: "cut",
      problems: [{ kind: "tail_cut", id: 1, through: 450 }],
    });
  });

  it("the last seal replaced", async () => {
    await run("UPDATE audit_seals SET mac = 'x' WHERE last_id = 450");
    expect(await verifyAll()).toMatchObject({
      head: "altered",
      problems: [{ kind: "seal_altered", id: 401 }],
    });
  });

  it("entries removed before they were sealed: at once, and after", async () => {
    await append(10);
    await run("DELETE FROM audit_entries WHERE id IN (455, 456)");
    const removed = { kind: "removed", id: 455, through: 456 };
    expect((await verifyAll()).problems).toEqual([removed]);
    await trail.seal(1_000);
    expect((await verifyAll()).problems).toEqual([removed]);
    await run(
      "INSERT INTO audit_entries (id, at, action, actor, payload_digest) VALUES (455, 1, 'x', 'y', 'z')",
    );
    expect((await verifyAll()).problems).toEqual([
      { kind: "removed", id: 456, through: 456 },
      { kind: "inserted", id: 455, through: 455 },
    ]);
  });

  it("the newest entries removed before they were sealed", async () => {
    await append(10);
    await run("DELETE FROM audit_entries WHERE id > 455");
    expect((await verifyAll()).problems).toEqual([{ kind: "removed", id: 456, through: 460 }]);
    await append(1);
    await trail.seal(1_000);
    expect((await verifyAll()).problems).toEqual([{ kind: "removed", id: 456, through: 460 }]);
  });

  it("a hundred made-up checkpoints and entries below them do not hold up the walk", async () => {
    await trail.prune(nowMs * 2, nowMs);
    await append(2);
    await trail.seal(2);
    const many = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)";
    await run(
      "DELETE FROM audit_checkpoints",
      `INSERT INTO audit_checkpoints ${many} SELECT i, 1, 'x', 1, 'y' FROM c`,
      `INSERT INTO audit_entries (id, at, action, actor, payload_digest) ${many} SELECT i, 1, 'x', 'y', 'z' FROM c`,
      "UPDATE audit_entries SET actor = 'x' WHERE id = 451",
    );
    const { problems, checked } = await verifyAll();
    expect(problems.map(({ kind }) => kind)).toContain("checkpoint_altered");
    expect(problems).toContainEqual({ kind: "altered", id: 451, through: 451 });
    expect(checked).toBe(2);
  });

  it("many at once: pages name all of them, a bounded number each", async () => {
    await run("UPDATE audit_entries SET actor = 'x' WHERE id % 2 = 0");
    const first = await trail.verify(0, 1_000);
    expect(first).toMatchObject({ next: 200 });
    expect(first.problems).toHaveLength(100);
    expect((await verifyAll()).problems).toHaveLength(225);
  });
});

describe("the sealer's storage lost", () => {
  it("is said, and a new chain goes on from there", async () => {
    await runInDurableObject(sealer(), (_, { storage }) => storage.deleteAll());
    await evict();
    const lost = { kind: "seal_altered", id: 1, through: 450 };
    expect(await verifyAll()).toMatchObject({ head: "lost", problems: [lost], sealedThrough: 450 });
    await append(5);
    expect(await trail.seal(1_000)).toBe(5);
    expect(await verifyAll()).toMatchObject({ head: "ok", problems: [lost], checked: 5, sealedThrough: 455 });
    // The retention holds for what cannot be proved any more.
    expect(await trail.prune(nowMs * 2, nowMs)).toBe(455);
    await append(1);
    await trail.seal(1);
    expect(await verifyAll()).toMatchObject({ head: "ok", problems: [], checked: 1, sealedThrough: 456 });
  });
});
