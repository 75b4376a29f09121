/** What stands before workerd, with a server in workerd's place that answers when it is told to. */
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Front, type FrontOptions, startFront } from "../../src/cli/serve/front.ts";
import { callerOf, laneOf } from "../../src/cli/serve/lanes.ts";

interface Call {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let behind: Server;
let front: Front;
let calls: Call[] = [];
/** What the server behind does with a call; held ones are answered by the test. */
let answer: (call: Call) => void = ({ response }) => void response.end("ok");
const refusals: number[] = [];
const agent = new Agent({ keepAlive: true });
const small = { atOnce: 2, waiting: 2 };
const bounds = { alive: small, long: small, bulk: small, work: small };
const hold = () => {
  answer = () => {};
};

async function startBehind(): Promise<string> {
  behind = createServer((message, response) => {
    const parts: Buffer[] = [];
    message.on("data", (part) => parts.push(part));
    message.on("end", () => {
      const call = { message, response, body: Buffer.concat(parts).toString() };
      calls.push(call);
      answer(call);
    });
  });
  await new Promise<void>((resolve) => void behind.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(behind.address() as AddressInfo).port}`;
}

async function start(more: Partial<FrontOptions> = {}): Promise<void> {
  front = await startFront({
    host: "127.0.0.1",
    port: 0,
    target: await startBehind(),
    trustsAddressHeader: true,
    bounds,
    onRefused: (count) => refusals.push(count),
    ...more,
  });
}

function open(path: string, { method = "GET", headers = {} }: { method?: string; headers?: object } = {}) {
  const sent = request(`${front.url}${path}`, { method, headers: { ...headers }, agent });
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (reply) => {
      let body = "";
      reply.on("data", (part) => {
        body += part;
      });
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
    });
  });
  answered.catch(() => {});
  return { sent, answered };
}

const from = (address: string) => ({ "cf-connecting-ip": address });

function ask(path: string, options: { method?: string; headers?: object; body?: string } = {}) {
  const { sent, answered } = open(path, options);
  sent.end(options.body);
  return answered;
}

const reached = (count: number) => vi.waitFor(() => expect(calls).toHaveLength(count));

beforeEach(() => {
  calls = [];
  refusals.length = 0;
  answer = ({ response }) => void response.end("ok");
});
afterEach(async () => {
  await front.stop(0);
  behind.closeAllConnections();
  behind.close();
});

describe("what passes", () => {
  it("is the request as it was, and the answer as it was", async () => {
    await start();
    answer = ({ response }) => {
      response.writeHead(207, { "set-cookie": ["a=1", "b=2"], etag: '"x"' }).end("partly");
    };
    const headers = { "x-api-key": "k", "accept-encoding": "br" };
    const got = await ask("/api/x?y=%2F&z", { method: "PUT", headers, body: "whole" });
    expect(got).toMatchObject({ status: 207, body: "partly" });
    expect(got.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], etag: '"x"' });
    const [{ message, body } = {} as Call] = calls;
    expect([message.method, message.url, body]).toEqual(["PUT", "/api/x?y=%2F&z", "whole"]);
    expect(message.headers).toMatchObject(headers);
  });

  it("is a body of unknown length with its length, and none with none", async () => {
    await start();
    const { sent, answered } = open("/a", { method: "POST" });
    sent.write("one ");
    sent.end("two");
    await answered;
    await ask("/b", { method: "DELETE" });
    expect(calls[0]?.message.headers).toMatchObject({ "content-length": "7" });
    expect(calls.map(({ body }) => body)).toEqual(["one two", ""]);
    expect(calls[0]?.message.headers).not.toHaveProperty("transfer-encoding");
  });

  it("is a body longer than what is held, whole", async () => {
    await start();
    const body = "0123456789".repeat(900_000);
    await ask("/long", { method: "POST", body });
    expect(calls[0]?.body === body).toBe(true);
  });

  it("carries the address of its connection, unless a proxy is trusted with it", async () => {
    await start({ trustsAddressHeader: false });
    await ask("/a", { headers: from("203.0.113.9") });
    expect(calls[0]?.message.headers).toMatchObject(from("127.0.0.1"));
    await front.stop(0);
    await start();
    await ask("/a", { headers: from("203.0.113.9") });
    expect(calls[1]?.message.headers).toMatchObject(from("203.0.113.9"));
  });
});

describe("more than is carried", () => {
  it("waits its turn, and is refused beyond that with a time to come back", async () => {
    await start();
    hold();
    const places = ["1.1.1.1", "2.2.2.2"].flatMap((caller) =>
      [1, 2].map((n) => ask(`/${caller}/${n}`, { headers: from(caller) })),
    );
    await reached(2);
    const refused = await ask("/3", { headers: from("3.3.3.3") });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(refused.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(refused.body)).toMatchObject({
      type: "urn:game-security:problem:overloaded",
      status: 503,
    });
    expect(calls).toHaveLength(2);
    answer = ({ response }) => void response.end("ok");
    for (const { response } of calls) response.end("ok");
    expect((await Promise.all(places)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask("/3", { headers: from("3.3.3.3") })).status).toBe(200);
    expect(refusals).toEqual([1]);
  });

  it("leaves half of the room to others, whoever floods", async () => {
    await start();
    hold();
    const own = [1, 2].map((n) => ask(`/${n}`, { headers: from("2001:db8::1") }));
    await reached(2);
    expect((await ask("/3", { headers: from("2001:db8::2") })).status).toBe(503);
    const other = ask("/4", { headers: from("2001:db8:0:1::1") });
    for (const { response } of calls) response.end("ok");
    await Promise.all(own);
    await reached(3);
    calls[2]?.response.end("ok");
    expect((await other).status).toBe(200);
  });

  it("keeps nobody from asking whether it is alive", async () => {
    await start();
    hold();
    const busy = ["1.1.1.1", "2.2.2.2"].flatMap((caller) =>
      [1, 2].map(() => ask("/work", { headers: from(caller) })),
    );
    await reached(2);
    answer = ({ response }) => void response.end("ok");
    expect((await ask("/health", { headers: from("1.1.1.1") })).status).toBe(200);
    for (const { response } of calls) response.end("ok");
    await Promise.all(busy);
  });

  it("gives back the place of whoever hangs up in line, without asking for them", async () => {
    await start();
    hold();
    const first = [1, 2].map((n) => ask(`/first/${n}`, { headers: from("1.1.1.1") }));
    await reached(2);
    const gone = open("/gone", { headers: from("2.2.2.2") });
    gone.sent.end();
    const stays = ask("/stays", { headers: from("2.2.2.2") });
    /** Refused at once, or in line for longer than another request takes. */
    const tried = () => Promise.race([ask("/new", { headers: from("2.2.2.2") }), ask("/health")]);
    answer = ({ message, response }) => void (message.url === "/health" && response.end("alive"));
    await expect.poll(async () => (await tried()).status).toBe(503);
    gone.sent.destroy();
    await expect(gone.answered).rejects.toThrow();
    await expect.poll(async () => (await tried()).body).toBe("alive");
    answer = ({ response }) => void response.end("ok");
    for (const { response } of calls) response.end("ok");
    await Promise.all([...first, stays]);
    expect(calls.map(({ message }) => message.url)).not.toContain("/gone");
  });

  it("holds a body that comes slowly, and nobody behind it", async () => {
    await start();
    const slow = Array.from({ length: 4 }, () => open("/slow", { method: "POST", headers: from("1.1.1.1") }));
    for (const { sent } of slow) sent.write("{");
    expect((await ask("/fast", { headers: from("1.1.1.1") })).status).toBe(200);
    expect(calls).toHaveLength(1);
    for (const { sent } of slow) sent.end("}");
    const statuses = (await Promise.all(slow.map(({ answered }) => answered))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(2);
  });

  it("refuses a body for which there is no room, and has room again after", async () => {
    await start({ maxBodyBytes: 1_000 });
    const refused = await ask("/a", { method: "POST", body: "x".repeat(1_001) });
    expect(refused.status).toBe(503);
    for (let n = 0; n < 3; n++) {
      expect((await ask("/b", { method: "POST", body: "x".repeat(900) })).status).toBe(200);
    }
    const broken = open("/c", { method: "POST", headers: { "content-length": 950 } });
    broken.sent.write("x".repeat(900));
    await expect
      .poll(async () => (await ask("/d", { method: "POST", body: "x".repeat(200) })).status)
      .toBe(503);
    broken.sent.destroy();
    await expect
      .poll(async () => (await ask("/d", { method: "POST", body: "x".repeat(200) })).status)
      .toBe(200);
    expect(calls.map(({ message }) => message.url)).not.toContain("/c");
  });
});

describe("what goes wrong", () => {
  it("is a problem with a time to come back while nothing is behind, or what was there is gone", async () => {
    await start();
    answer = ({ message }) => void message.socket.destroy();
    const lost = await ask("/a", { method: "POST", body: "{}" });
    expect([lost.status, lost.headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(lost.body)).toMatchObject({ type: "urn:game-security:problem:restarting" });
    behind.close();
    behind.closeAllConnections();
    expect((await ask("/b")).status).toBe(503);
  });

  it("is an answer that breaks off where it broke off behind", async () => {
    await start();
    answer = ({ response }) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
      setImmediate(() => response.destroy());
    };
    await expect(ask("/a")).rejects.toThrow();
    answer = ({ response }) => void response.end("ok");
    for (let n = 0; n < 5; n++) expect((await ask("/b")).status).toBe(200);
  });

  it.each([
    ["GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n", "400"],
    ["POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", "400"],
    [`GET / HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
  ])("is a problem for what is not HTTP: %#", async (text, status) => {
    await start();
    const socket = connect(Number(new URL(front.url).port), "127.0.0.1");
    let got = "";
    socket.on("data", (part) => {
      got += part;
    });
    socket.write(text);
    await new Promise((resolve) => socket.once("close", resolve));
    expect(got).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(got).toContain("application/problem+json");
    expect(JSON.parse(got.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status: Number(status) });
    expect(calls).toEqual([]);
  });
});

it("lets what is under way end when it stops, and takes nothing new", async () => {
  await start();
  hold();
  const under = ask("/a");
  await reached(1);
  const stopped = front.stop(10_000);
  await expect(ask("/b")).rejects.toThrow();
  calls[0]?.response.end("done");
  expect((await under).body).toBe("done");
  await stopped;
});

it("breaks off what does not end in time when it stops", async () => {
  await start();
  hold();
  const under = ask("/a");
  await reached(1);
  await front.stop(1);
  await expect(under).rejects.toThrow();
});

it.each([
  ["/health", 0, "alive"],
  ["/ready?x", 0, "alive"],
  ["/metrics", 0, "alive"],
  ["/healthy", 0, "work"],
  ["/api/decisions/stream", 0, "work"],
  ["/api/decisions/stream?cursor=1&wait=25", 0, "long"],
  ["/api/decisions/stream?await=25", 0, "work"],
  ["/api/players/3/export?x=1", 0, "long"],
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
