/** Who waits before workerd, who is refused, and who holds up nobody. */
import { describe, expect, it } from "vitest";
import { callerOf, laneOf } from "../../../src/cli/serve/lanes.ts";
import { bounds, type Call, from, stage } from "./stage.ts";

const aliveAlone = ({ message, response }: Call) => void (message.url === "/health" && response.end("alive"));
const urlsOf = (calls: readonly Call[]) => calls.map(({ message }) => message.url);

describe("more than is carried", () => {
  it("waits its turn, and is refused beyond that with a time to come back", async () => {
    const { ask, hold, letGo, calls, reached, refusals } = await stage();
    hold();
    const places = ["1.1.1.1", "2.2.2.2"].flatMap((caller) =>
      [1, 2].map((n) => ask(`/${caller}/${n}`, { headers: from(caller) })),
    );
    await reached(2);
    const refused = await ask("/3", { headers: from("3.3.3.3") });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(refused.headers["content-type"]).toBe("application/problem+json");
    const problem = { type: "urn:game-security:problem:overloaded", status: 503 };
    expect(JSON.parse(refused.body)).toMatchObject(problem);
    expect(calls).toHaveLength(2);
    letGo();
    expect((await Promise.all(places)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask("/3", { headers: from("3.3.3.3") })).status).toBe(200);
    expect(refusals).toEqual([1]);
  });

  it("leaves half of the room to others, whoever floods", async () => {
    const { ask, hold, letGo, reached } = await stage();
    hold();
    const own = [1, 2].map((n) => ask(`/${n}`, { headers: from("2001:db8::1") }));
    await reached(2);
    expect((await ask("/3", { headers: from("2001:db8::2") })).status).toBe(503);
    const other = ask("/4", { headers: from("2001:db8:0:1::1") });
    letGo();
    await Promise.all(own);
    expect((await other).status).toBe(200);
  });

  it("keeps nobody from asking whether it is alive", async () => {
    const { ask, answerWith, hold, letGo, reached } = await stage();
    hold();
    const busy = ["1.1.1.1", "2.2.2.2"].flatMap((caller) =>
      [1, 2].map(() => ask("/work", { headers: from(caller) })),
    );
    await reached(2);
    answerWith(aliveAlone);
    expect((await ask("/health", { headers: from("1.1.1.1") })).status).toBe(200);
    letGo();
    await Promise.all(busy);
  });

  it("gives back the place of whoever hangs up in line, without asking for them", async () => {
    const work = { atOnce: 1, room: 4 };
    const { ask, answerWith, open, hold, letGo, calls, reached } = await stage({
      bounds: { ...bounds, work },
    });
    hold();
    const first = ask("/first", { headers: from("1.1.1.1") });
    await reached(1);
    const gone = open("/gone", { headers: from("2.2.2.2") });
    gone.sent.end();
    const stays = ask("/stays", { headers: from("2.2.2.2") });
    /** Refused at once, or in line for longer than another request takes. */
    const tried = () => Promise.race([ask("/new", { headers: from("2.2.2.2") }), ask("/health")]);
    answerWith(aliveAlone);
    await expect.poll(async () => (await tried()).status).toBe(503);
    gone.sent.destroy();
    await expect(gone.answered).rejects.toThrow();
    await expect.poll(async () => (await tried()).body).toBe("alive");
    letGo();
    await Promise.all([first, stays]);
    expect(urlsOf(calls)).not.toContain("/gone");
  });
});

describe("who reads slowly", () => {
  it("keeps nobody from their turn once the answer is here", async () => {
    const work = { atOnce: 1, room: 4 };
    const { ask, open, answerWith, letGo } = await stage({
      bounds: { ...bounds, work },
      heldBytes: 64_000_000,
    });
    // More than the kernel keeps for the two ends of a connection.
    const text = "x".repeat(48_000_000);
    answerWith(({ response }) => void response.end(text));
    const { sent, answered } = open("/a", { headers: from("1.1.1.1") });
    sent.on("response", (reply) => reply.pause());
    sent.end();
    await new Promise((resolve) => sent.once("response", resolve));
    letGo();
    expect((await ask("/b", { headers: from("2.2.2.2") })).status).toBe(200);
    sent.destroy();
    await answered.catch(() => {});
  });
});

describe("a mirror that waits for news", () => {
  const streams = (ask: (path: string) => Promise<unknown>) =>
    [1, 2, 3].map((n) => ask(`/api/decisions/stream?wait=${n}`));

  it("lets the next one through once it only waits", async () => {
    const long = { atOnce: 1, room: 8, idleAfterMs: 5 };
    const { ask, hold, letGo, reached } = await stage({ bounds: { ...bounds, long } });
    hold();
    const mirrors = streams(ask);
    await reached(3);
    letGo();
    await Promise.all(mirrors);
  });

  it("lets nobody through before that", async () => {
    const long = { atOnce: 1, room: 8, idleAfterMs: 60_000 };
    const { ask, answerWith, letGo, calls, reached } = await stage({ bounds: { ...bounds, long } });
    answerWith(aliveAlone);
    const mirrors = streams(ask);
    await reached(1);
    await ask("/health");
    expect(urlsOf(calls)).toEqual(["/api/decisions/stream?wait=1", "/health"]);
    letGo();
    await Promise.all(mirrors);
  });
});

describe("a body", () => {
  it("that comes slowly keeps nobody waiting", async () => {
    const { ask, open, calls } = await stage();
    const slow = Array.from({ length: 4 }, () => open("/slow", { method: "POST", headers: from("1.1.1.1") }));
    for (const { sent } of slow) sent.write("{");
    expect((await ask("/fast", { headers: from("1.1.1.1") })).status).toBe(200);
    expect(calls).toHaveLength(1);
    for (const { sent } of slow) sent.end("}");
    const answers = await Promise.all(slow.map(({ answered }) => answered));
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
  });

  it("leaves half of the room for bodies to others", async () => {
    const { ask, hold, letGo, reached } = await stage({ maxBodyBytes: 1_000 });
    const post = (caller: string) =>
      ask("/a", { method: "POST", headers: from(caller), body: "x".repeat(400) });
    hold();
    const first = post("1.1.1.1");
    await reached(1);
    expect((await post("1.1.1.1")).status).toBe(503);
    const other = post("2.2.2.2");
    await reached(2);
    letGo();
    expect([(await first).status, (await other).status]).toEqual([200, 200]);
  });

  it("that is packed counts as what it becomes", async () => {
    const bulk = { atOnce: 1, room: 2 };
    const { ask, answerWith, hold, letGo, reached } = await stage({ bounds: { ...bounds, bulk } });
    const post = (headers: object) =>
      ask("/a", { method: "POST", headers: { ...headers }, body: "x".repeat(7_000) });
    hold();
    const packed = post({ "content-encoding": "gzip" });
    await reached(1);
    expect((await post({ "content-encoding": "gzip" })).status).toBe(503);
    answerWith(({ response }) => void response.end("ok"));
    expect((await post({})).status).toBe(200);
    letGo();
    await packed;
  });

  it("for which there is no room is refused, and has room after", async () => {
    const { ask, open, calls } = await stage({ maxBodyBytes: 2_000 });
    const post = async (path: string, bytes: number) =>
      (await ask(path, { method: "POST", body: "x".repeat(bytes) })).status;
    expect(await post("/a", 1_001)).toBe(503);
    for (let n = 0; n < 3; n++) expect(await post("/b", 900)).toBe(200);
    const broken = open("/c", { method: "POST", headers: { "content-length": 950 } });
    broken.sent.write("x".repeat(900));
    await expect.poll(() => post("/d", 200)).toBe(503);
    broken.sent.destroy();
    await expect.poll(() => post("/d", 200)).toBe(200);
    expect(urlsOf(calls)).not.toContain("/c");
  });
});

it.each([
  ["/health", 0, "alive"],
  ["/ready?x", 0, "alive"],
  ["/metrics", 0, "alive"],
  ["/healthy", 0, "work"],
  ["/api/decisions/stream", 0, "work"],
  ["/api/decisions/stream?cursor=1&wait=25", 0, "long"],
  ["/api/decisions/stream?await=25", 0, "work"],
  ["/api/decisions/str%65am?%77ait=25", 0, "long"],
  ["/api/decisions/stream?wait=0", 0, "work"],
  ["/x/stream?wait=25", 0, "work"],
  ["/api/players/3/export?x=1", 0, "long"],
  ["/api/audit/export", 0, "long"],
  ["/x/export", 0, "work"],
  ["/%", 0, "work"],
  ["/api/telemetry/sessions", 65_535, "work"],
  ["/api/telemetry/sessions", 65_536, "bulk"],
])("sends %s with %d bytes along the lane of its kind", (url, bytes, lane) => {
  expect(laneOf(url, bytes)).toBe(lane);
});

it.each([
  ["203.0.113.9", "203.0.113.9"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["nobody", ""],
])("takes %s for %j", (address, caller) => expect(callerOf(address)).toBe(caller));
