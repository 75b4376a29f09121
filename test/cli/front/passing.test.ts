/** What passes the front, as it came, and what does not. */
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { from, stage } from "./stage.ts";

describe("what passes", () => {
  it("is the request as it was, and the answer as it was", async () => {
    const { ask, answerWith, calls } = await stage();
    answerWith(({ response }) => {
      response.writeHead(207, { "set-cookie": ["a=1", "b=2"], etag: '"x"' }).end("partly");
    });
    const headers = { "x-api-key": "k", "accept-encoding": "br" };
    const got = await ask("/api/x?y=%2F&z", { method: "PUT", headers, body: "whole" });
    expect(got).toMatchObject({ status: 207, body: "partly" });
    expect(got.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], etag: '"x"' });
    const { message, body } = calls[0] ?? expect.unreachable();
    expect([message.method, message.url, body]).toEqual(["PUT", "/api/x?y=%2F&z", "whole"]);
    expect(message.headers).toMatchObject(headers);
  });

  it("is a body of unknown length with its length, and none with none", async () => {
    const { ask, open, calls } = await stage();
    const { sent, answered } = open("/a", { method: "POST" });
    sent.write("one ");
    sent.end("two");
    await answered;
    await ask("/b", { method: "DELETE" });
    expect(calls[0]?.message.headers).toMatchObject({ "content-length": "7" });
    expect(calls.map(({ body }) => body)).toEqual(["one two", ""]);
    expect(calls[0]?.message.headers).not.toHaveProperty("transfer-encoding");
  });

  it("is a body as long as any operation takes, and none that is longer", async () => {
    const { ask, open, calls } = await stage({ maxBodyBytes: 40_000_000 });
    const body = "0123456789".repeat(838_860);
    expect((await ask("/most", { method: "POST", body })).status).toBe(200);
    expect(calls[0]?.body === body).toBe(true);
    const { sent, answered } = open("/more", { method: "POST" });
    sent.write(body);
    sent.end(body);
    const refused = await answered;
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.body)).toMatchObject({ type: "urn:game-security:problem:content_too_large" });
    expect((await ask("/most", { method: "POST", body })).status).toBe(200);
    expect(calls).toHaveLength(2);
  });

  it("is the path of a whole URL", async () => {
    const { sendText, calls } = await stage();
    await sendText("GET http://elsewhere/a?b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(calls.map(({ message }) => message.url)).toEqual(["/a?b"]);
  });

  it("carries the address of its connection, unless a proxy is trusted with it", async () => {
    const alone = await stage({ trustsAddressHeader: false });
    await alone.ask("/a", { headers: from("203.0.113.9") });
    expect(alone.calls[0]?.message.headers).toMatchObject(from("127.0.0.1"));
    const behindProxy = await stage();
    await behindProxy.ask("/a", { headers: from("203.0.113.9") });
    expect(behindProxy.calls[0]?.message.headers).toMatchObject(from("203.0.113.9"));
  });
});

describe("what speaks of the connection alone", () => {
  it("does not pass, nor takes along what it names", async () => {
    const { ask, calls } = await stage({ trustsAddressHeader: false });
    const headers = {
      connection: "cf-connecting-ip, x-api-key",
      "x-api-key": "k",
      te: "trailers",
      expect: "100-continue",
    };
    expect((await ask("/a", { method: "POST", headers, body: "x" })).status).toBe(200);
    expect(calls[0]?.message.headers).toMatchObject({
      ...from("127.0.0.1"),
      "x-api-key": "k",
      connection: "keep-alive",
    });
    for (const name of ["te", "expect"]) expect(calls[0]?.message.headers).not.toHaveProperty(name);
  });

  it("ends the connection where its client asks for that", async () => {
    const { sendText } = await stage();
    expect(await sendText("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 200 .*connection: close/is,
    );
  });
});

describe("what goes wrong", () => {
  it("is a problem with a time to come back while nothing is behind, or what was there is gone", async () => {
    const { ask, answerWith, vanish } = await stage();
    answerWith(({ message }) => void message.socket.destroy());
    const lost = await ask("/a", { method: "POST", body: "{}" });
    expect([lost.status, lost.headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(lost.body)).toMatchObject({ type: "urn:game-security:problem:restarting" });
    vanish();
    expect((await ask("/b")).status).toBe(503);
  });

  it("is an answer that breaks off where it broke off behind", async () => {
    const { ask, answerWith, letGo } = await stage();
    answerWith(({ response }) => {
      response.writeHead(200, { "content-length": 10 }).write("half");
      setImmediate(() => response.destroy());
    });
    await expect(ask("/a")).rejects.toThrow();
    letGo();
    for (let n = 0; n < 5; n++) expect((await ask("/b")).status).toBe(200);
  });

  it("is no problem under the headers of an answer that was lost", async () => {
    const { ask, answerWith, calls, reached, sendText } = await stage();
    answerWith(({ response }) => {
      response.writeHead(200, { "set-cookie": "session=secret", "content-length": 5 });
      response.flushHeaders();
    });
    const lost = sendText("GET /a HTTP/1.1\r\nhost: x\r\n\r\n");
    await reached(1);
    const [{ message } = expect.unreachable()] = calls;
    answerWith(({ response }) => void response.end("alive"));
    // By then the headers have come as far as the front.
    for (let n = 0; n < 3; n++) await ask("/health");
    message.socket.resetAndDestroy();
    expect(await lost).toBe("");
  });

  it("ends with whoever breaks off a long body, and nobody else", async () => {
    const { ask, open } = await stage();
    for (let n = 0; n < 3; n++) {
      const { sent, answered } = open("/a", { method: "POST", headers: { "content-length": 20_000_000 } });
      await new Promise<void>((resolve) => void sent.write("x".repeat(9_000_000), () => resolve()));
      sent.destroy();
      await expect(answered).rejects.toThrow();
    }
    expect((await ask("/b")).status).toBe(200);
  });

  it("is a request that takes too long to arrive, and its connection is over", async () => {
    const { sendText, ask } = await stage({ arrivalMs: 240, maxConnections: 2 });
    const late = await sendText("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx");
    expect(late).toMatch(/^HTTP\/1\.1 408 /);
    expect((await ask("/a")).status).toBe(200);
  });

  it("is not written into an answer that runs", async () => {
    const { front, answerWith } = await stage();
    answerWith(({ response }) => {
      response.writeHead(200, { "content-length": 1_000 });
      response.write("a".repeat(10));
    });
    const socket = connect(Number(new URL(front.url).port), "127.0.0.1");
    let got = "";
    socket.on("error", () => {});
    socket.on("data", (part) => {
      got += part;
      if (got.endsWith("a")) socket.write("garbage\r\n\r\n");
    });
    socket.write("GET /a HTTP/1.1\r\nhost: x\r\n\r\n");
    await new Promise((resolve) => socket.once("close", resolve));
    expect(got).toMatch(/a{10}$/);
  });

  it.each([
    ["GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n", "400"],
    ["POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", "400"],
    [`GET / HTTP/1.1\r\nhost: x\r\nlong: ${"x".repeat(20_000)}\r\n\r\n`, "431"],
  ])("is a problem for what is not HTTP: %#", async (text, status) => {
    const { sendText, calls } = await stage();
    const got = await sendText(text);
    expect(got).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(got).toContain("application/problem+json");
    expect(JSON.parse(got.split("\r\n\r\n")[1] ?? "")).toMatchObject({ status: Number(status) });
    expect(calls).toEqual([]);
  });
});

describe("connections", () => {
  it("leave half of the room to other addresses", async () => {
    const { front, ask } = await stage({ maxConnections: 4, trustsAddressHeader: false });
    const silent = [1, 2].map(() => connect(Number(new URL(front.url).port), "127.0.0.1"));
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    await expect(ask("/a", { fresh: true })).rejects.toThrow();
    for (const socket of silent) socket.destroy();
    await expect.poll(() => ask("/a", { fresh: true }).then(({ status }) => status, String)).toBe(200);
  });
});

it("lets no connection be kept by who does not end it", async () => {
  const { front, ask } = await stage({ arrivalMs: 240, maxConnections: 2, trustsAddressHeader: false });
  const socket = connect({ port: Number(new URL(front.url).port), host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {}).resume();
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx");
  await new Promise((resolve) => socket.once("end", resolve));
  const status = () => ask("/a", { fresh: true }).then((got) => got.status, String);
  expect(await status()).not.toBe(200);
  await expect.poll(status, { timeout: 10_000 }).toBe(200);
  socket.destroy();
});

describe("a stop", () => {
  it("does not wait for who never asked", async () => {
    const { front } = await stage();
    const socket = connect(Number(new URL(front.url).port), "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    await front.stop(600_000);
    await closed;
  });

  it("lets what is under way end, and takes nothing new", async () => {
    const { front, ask, calls, hold, reached } = await stage();
    hold();
    const under = ask("/a");
    await reached(1);
    const stopped = front.stop(10_000);
    await expect(ask("/b")).rejects.toThrow();
    calls[0]?.response.end("done");
    expect((await under).body).toBe("done");
    await stopped;
  });

  it("breaks off what does not end in time", async () => {
    const { front, ask, hold, reached } = await stage();
    hold();
    const under = ask("/a");
    await reached(1);
    await front.stop(1);
    await expect(under).rejects.toThrow();
  });
});
