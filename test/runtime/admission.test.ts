/** More requests than an isolate can work on: refused at once, before they cost a query; and then it goes on. */
import { beforeEach, describe, expect, it } from "vitest";
import { createDevice } from "../../src/auth/devices.ts";
import { createAdmission, maxAtWork } from "../../src/http/admission.ts";
import { createGate, watchedD1 } from "./fault.ts";
import { createService, env, freshDatabase, type Service } from "./service.ts";

beforeEach(freshDatabase);

/** A gate that tells when so many have come to it. */
function createCountedGate() {
  const gate = createGate();
  const waiting: { count: number; resolve: () => void }[] = [];
  let arrived = 0;
  return {
    open: gate.open,
    arrived: () => arrived,
    untilArrived: (count: number) =>
      new Promise<void>((resolve) => {
        if (arrived >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    pass() {
      arrived += 1;
      for (const { count, resolve } of waiting) if (arrived >= count) resolve();
      return gate.pass();
    },
  };
}

/** A service whose database answers only once it is let to. */
function heldUp() {
  const gate = createCountedGate();
  const DB = watchedD1(env.DB, () => gate.pass());
  return { service: createService({ DB }, { random: () => 0.99 }), gate };
}

/** Requests that all wait for the database, each from an address of its own unless one is said. */
async function fill({ service, gate }: ReturnType<typeof heldUp>, count: number, address?: string) {
  const replies = Array.from({ length: count }, (_, place) =>
    service.call("/api/players?limit=1", {
      subject: `caller ${place}`,
      headers: { "cf-connecting-ip": address ?? `192.0.2.${place}` },
    }),
  );
  await gate.untilArrived(count);
  return { replies };
}

const ask = (service: Service, address = "198.51.100.1") =>
  service.call("/api/players?limit=1", { headers: { "cf-connecting-ip": address } });

describe("beyond what an isolate works on", () => {
  it("a request is refused with a time to wait, and costs no query", async () => {
    const held = heldUp();
    const { service, gate } = held;
    const { replies } = await fill(held, maxAtWork);
    expect(gate.arrived()).toBe(maxAtWork);
    const { status, headers, body } = await ask(service);
    expect([status, body.type, headers.get("retry-after")]).toEqual([
      503,
      "urn:game-security:problem:overloaded",
      "3",
    ]);
    expect(gate.arrived()).toBe(maxAtWork);
    expect(service.log.at(-1)).toMatchObject({ route: "GET /api/players", status: 503, d1_queries: 0 });
    gate.open();
    expect((await Promise.all(replies)).map((reply) => reply.status)).toEqual(replies.map(() => 200));
    expect((await ask(service)).status).toBe(200);
  });

  it("a page says it as a page, and who is alive is told", async () => {
    const held = heldUp();
    const { service, gate } = held;
    const { replies } = await fill(held, maxAtWork);
    const page = await service.call("/players", { role: null, headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("retry-after")]).toEqual([503, "3"]);
    expect(page.body).toContain("as much to do as it can");
    expect((await service.call("/health", { role: null })).status).toBe(200);
    gate.open();
    await Promise.all(replies);
  });

  it("one address leaves half of the room to others", async () => {
    const held = heldUp();
    const { service, gate } = held;
    const { replies } = await fill(held, maxAtWork / 2, "203.0.113.9");
    expect((await ask(service, "203.0.113.9")).status).toBe(503);
    gate.open();
    expect((await ask(service)).status).toBe(200);
    await Promise.all(replies);
  });
});

describe("a flood of sign-ins from one address", () => {
  const signIn = (service: Service, cookie = "") =>
    service.call("/api/auth/token", {
      role: null,
      body: { username: "ann", password: "plum orbit canvas ninety" },
      headers: { "cf-connecting-ip": "203.0.113.9", ...(cookie === "" ? {} : { cookie }) },
    });

  it("keeps out strangers there, and not a device that signed in before", async () => {
    const held = heldUp();
    const { service, gate } = held;
    const { replies } = await fill(held, maxAtWork / 2, "203.0.113.9");
    expect((await signIn(service)).status).toBe(503);
    const device = await createDevice(
      "test-secret-of-more-than-thirty-two-bytes",
      "ann",
      service.clock.nowMs,
    );
    expect((await signIn(service, `__Host-device=${device.slice(0, -1)}`)).status).toBe(503);
    const owner = signIn(service, `__Host-device=${device}`);
    await gate.untilArrived(maxAtWork / 2 + 1);
    gate.open();
    expect((await owner).status).not.toBe(503);
    await Promise.all(replies);
  });
});

describe("a place at work", () => {
  const now = () => 0;

  it("is given back once, by whoever was refused afterwards too", () => {
    const admission = createAdmission();
    const places = Array.from({ length: maxAtWork }, () => admission.enter(null, 0));
    expect(admission.enter(null, 0)).toBeNull();
    places[0]?.leave();
    places[0]?.leave();
    expect(admission.atWork()).toBe(maxAtWork - 1);
    expect(admission.enter(null, 0)).not.toBeNull();
    expect(admission.enter(null, 0)).toBeNull();
  });

  it.each([1, -1])("of a caller that went without a word is free after a minute (clock %s)", (way) => {
    const admission = createAdmission();
    for (let place = 0; place < maxAtWork; place++) admission.enter("192.0.2.1", 0);
    expect(admission.enter("192.0.2.1", way * 59_999)).toBeNull();
    expect(admission.enter("192.0.2.1", way * 60_000)).not.toBeNull();
    expect(admission.atWork()).toBe(1);
  });

  it("is free while its holder waits for news, and taken again after", async () => {
    const admission = createAdmission();
    const place = admission.enter("192.0.2.1", 0);
    const gate = createGate();
    const waiting = place?.outside(() => gate.pass(), now);
    expect(admission.atWork()).toBe(0);
    gate.open();
    await waiting;
    expect(admission.atWork()).toBe(1);
    place?.leave();
    expect(admission.atWork()).toBe(0);
  });

  it("is not taken again by a wait that ends after its request", async () => {
    const admission = createAdmission();
    const place = admission.enter(null, 0);
    const gate = createGate();
    const waiting = place?.outside(() => gate.pass(), now);
    place?.leave();
    gate.open();
    await waiting;
    expect(admission.atWork()).toBe(0);
  });
});

describe("a mirror that waits for news", () => {
  it("holds no place meanwhile", async () => {
    const gate = createCountedGate();
    const service = createService({}, { pause: () => gate.pass() });
    const wait = () => service.call("/api/decisions/stream?wait=20");
    const first = Array.from({ length: maxAtWork }, wait);
    await gate.untilArrived(maxAtWork);
    const second = Array.from({ length: maxAtWork }, wait);
    await gate.untilArrived(maxAtWork * 2);
    expect((await ask(service)).status).toBe(200);
    service.clock.nowMs += 30_000;
    gate.open();
    const replies = await Promise.all([...first, ...second]);
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
