/** Every operation that writes leaves one entry in the batch of its write: neither is there without the other. */
import { beforeEach, describe, expect, it } from "vitest";
import { accessTable } from "../../src/http/access.ts";
import { failingD1, watchedD1 } from "./fault.ts";
import { createService, env } from "./service.ts";
import { run, snapshot, trail } from "./trail.ts";
import { account, derived, freshService, reading, service, writes } from "./writes.ts";

beforeEach(freshService);

/** Makes D1 itself refuse a change, within the batch: `INSERT ON players`. */
const refuseIn = (change: string) =>
  run(`CREATE TRIGGER refused BEFORE ${change} BEGIN SELECT RAISE(ABORT, 'refused'); END`);

const named = writes.map(
  (written) => [`${written.route} (${written.action}, ${written.change})`, written] as const,
);

describe("every operation that writes", () => {
  it("is in this list", () => {
    const listed = new Set([...writes.map(({ route }) => route), ...derived, ...reading]);
    const writing = Object.keys(accessTable).filter((key) => !key.startsWith("GET "));
    expect(writing.filter((key) => !listed.has(key))).toEqual([]);
    expect([...listed].filter((key) => !(key in accessTable))).toEqual([]);
  });

  it.each(named)("%s: one entry, in the batch of the write", async (_, written) => {
    const [path, call] = await written.call();
    const before = await snapshot();
    const batches: string[] = [];
    const DB = watchedD1(env.DB, (texts) => void batches.push(texts.join("\n")));
    await createService({ ...account, DB }).call(path, call);
    const after = await snapshot();
    expect(after.trail).toHaveLength(before.trail.length + 1);
    expect(after.trail.at(-1)).toMatchObject({ action: written.action });
    const writing = batches.filter((text) => /INSERT INTO audit_entries/.test(text));
    expect(writing).toHaveLength(1);
    const [verb = "", table = ""] = written.change.split(" ON ");
    const statement = new RegExp(`${verb}[^\\n]* ${table}\\b`);
    if (written.before) expect(writing[0]).not.toMatch(statement);
    else expect(writing[0]).toMatch(statement);
  });

  it.each(named)("%s: no write without its entry", async (_, written) => {
    const [path, call] = await written.call();
    const before = await snapshot();
    const DB = failingD1(env.DB, /INSERT INTO audit_entries/);
    expect((await createService({ ...account, DB }).call(path, call)).status).toBeGreaterThanOrEqual(500);
    expect(await snapshot()).toEqual(before);
    await refuseIn("INSERT ON audit_entries");
    expect((await service.call(path, call)).status).toBeGreaterThanOrEqual(500);
    expect(await snapshot()).toEqual(before);
  });

  it.each(named.filter(([, { before }]) => !before))("%s: no entry without its write", async (_, written) => {
    const [path, call] = await written.call();
    const before = await snapshot();
    await refuseIn(written.change);
    expect((await service.call(path, call)).status).toBeGreaterThanOrEqual(500);
    expect(await snapshot()).toEqual(before);
  });

  it.each(named.filter(([, { before }]) => before))(
    "%s: the entry stays where the run fails",
    async (_, written) => {
      const [path, call] = await written.call();
      const before = await snapshot();
      await refuseIn(written.change);
      expect((await service.call(path, call)).status).toBeGreaterThanOrEqual(500);
      const after = await snapshot();
      expect(after.domain).toEqual(before.domain);
      expect(after.trail).toHaveLength(before.trail.length + 1);
    },
  );
});

it("the trail of all of this verifies", async () => {
  for (const { call } of writes) {
    await freshService();
    const [path, options] = await call();
    await service.call(path, options);
    await trail.seal(1_000);
    expect(await trail.verify(0, 1_000)).toMatchObject({ head: "ok", problems: [], unsealed: 0 });
  }
  // A database of its own for each of some seventy writes.
}, 180_000);
