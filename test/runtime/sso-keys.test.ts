/** The provider's keys: looked up rarely, whatever the tokens say, and out of reach is not the same as refused. */
import { exportJWK } from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createKey,
  createProvider,
  nowSeconds,
  type Provider,
  personOf,
  type SigningKey,
  sign,
} from "./provider.ts";
import { nowMs } from "./service.ts";

let first: SigningKey;
let second: SigningKey;
let stranger: SigningKey;
let provider: Provider;

beforeAll(async () => {
  first = await createKey("ES256", "ec-1");
  second = await createKey("ES256", "ec-2");
  stranger = await createKey("ES256", "ec-9");
});
beforeEach(() => {
  provider = createProvider([first]);
});

const seconds = 1_000;
const minutes = 60_000;
const longLived = { exp: nowSeconds + 86_400 };
const accepted = personOf("ann", "analyst");
const unavailable = { unavailable: true };
const refused = { denied: "token_signature" };

const down = async () => new Response("", { status: 500 });
const json = (value: unknown, init?: ResponseInit) => async () => Response.json(value, init);

describe("out of reach", () => {
  const endless = () =>
    new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(16_384)) });
  const failures: readonly (readonly [string, () => Promise<Response>])[] = [
    ["500", down],
    ["404", async () => new Response("", { status: 404 })],
    ["204", async () => new Response(null, { status: 204 })],
    ["a network error", () => Promise.reject(new TypeError("refused"))],
    ["no answer", () => new Promise(() => {})],
    [
      "a body that stalls",
      async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })),
    ],
    ["an endless body", async () => new Response(endless())],
    ["1 MB", json({ keys: [], padding: "x".repeat(1_000_000) })],
    ["a redirect", async () => Response.redirect("https://attacker.example/keys", 302)],
    ["HTML", async () => new Response("<html></html>")],
    ["nothing", async () => new Response("")],
    ["null", json(null)],
    ["an array", json([])],
    ["no keys", json({})],
    ["keys that are no list", json({ keys: "x" })],
    ["keys that are no objects", json({ keys: [1] })],
  ];
  it.each(failures)("%s: unavailable, not refused", async (_, respond) => {
    provider.respond = respond;
    expect(await provider.verify(await sign(first))).toEqual(unavailable);
    provider.respond = null;
    expect(await provider.verify(await sign(first))).toEqual(accepted);
  });

  it("asks with a limit of time, follows no redirect and sends no credentials", async () => {
    let seen: RequestInit = {};
    provider.respond = async (_, init) => {
      seen = init;
      return Response.json({ keys: provider.keys });
    };
    await provider.verify(await sign(first));
    expect(seen).toMatchObject({ redirect: "manual", signal: expect.any(AbortSignal) });
    expect(Object.keys(seen.headers ?? {})).toEqual(["accept"]);
  });

  it("an outage costs the provider five looks in ten seconds, however many ask", async () => {
    provider.respond = down;
    const token = await sign(first);
    const results = await Promise.all(Array.from({ length: 200 }, () => provider.verify(token)));
    expect(results).toEqual(Array.from({ length: 200 }, () => unavailable));
    for (let i = 0; i < 20; i++) expect(await provider.verify(token, nowMs + i * 100)).toEqual(unavailable);
    expect(provider.fetched).toHaveLength(5);
    provider.respond = null;
    expect(await provider.verify(token, nowMs + 10 * seconds)).toEqual(accepted);
    expect(provider.fetched).toHaveLength(6);
  });

  it("a cold isolate serves its first requests side by side", async () => {
    const token = await sign(first);
    const results = await Promise.all(Array.from({ length: 5 }, () => provider.verify(token)));
    expect(results).toEqual(Array.from({ length: 5 }, () => accepted));
  });
});

describe("keys of another answer than 200", () => {
  it.each([201, 203, 302, 404, 500])("%i: not taken, though they are the right ones", async (status) => {
    const location = "https://id.example.com/elsewhere";
    provider.respond = json({ keys: provider.keys }, { status, headers: { location } });
    expect(await provider.verify(await sign(first))).toEqual(unavailable);
  });
});

describe("keys that nobody should trust", () => {
  it("a private key, or one too short, is the provider's fault", async () => {
    provider.keys = [{ ...(await exportJWK(first.privateKey)), kid: first.kid }];
    expect(await provider.verify(await sign(first))).toEqual(unavailable);
    const short = await crypto.subtle.generateKey(
      {
        name: "RSASSA-PKCS1-v1_5",
        modulusLength: 1_024,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: "SHA-256",
      },
      true,
      ["sign", "verify"],
    );
    const { privateKey, publicKey } = short as CryptoKeyPair;
    const weak = createProvider([]);
    weak.keys = [{ ...(await exportJWK(publicKey)), kid: "weak" }];
    const header = btoa(JSON.stringify({ alg: "RS256", kid: "weak" })).replaceAll("=", "");
    const input = `${header}.${(await sign(first)).split(".")[1]}`;
    const raw = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", privateKey, new TextEncoder().encode(input));
    const signature = btoa(String.fromCharCode(...new Uint8Array(raw)));
    const token = `${input}.${signature.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
    expect(await weak.verify(token)).toEqual(unavailable);
  });

  it("a key for encryption or a shared secret verifies nothing", async () => {
    for (const key of [
      { ...first.publicJwk, use: "enc" },
      { ...first.publicJwk, key_ops: ["sign"] },
      { kty: "oct", k: "c2VjcmV0", kid: first.kid },
    ]) {
      const odd = createProvider([]);
      odd.keys = [key];
      expect(await odd.verify(await sign(first))).toEqual(refused);
    }
  });
});

describe("rotation", () => {
  it("a new key is found once the pause is over, with one look", async () => {
    const token = await sign(second, longLived);
    await provider.verify(await sign(first));
    provider.keys = [first.publicJwk, second.publicJwk];
    expect(await provider.verify(token, nowMs + 30 * seconds - 1)).toEqual(refused);
    expect(provider.fetched).toHaveLength(1);
    expect(await provider.verify(token, nowMs + 30 * seconds)).toEqual(accepted);
    expect(await provider.verify(token, nowMs + 31 * seconds)).toEqual(accepted);
    expect(provider.fetched).toHaveLength(2);
  });

  it("made-up kids cost the provider one look in thirty seconds, side by side or in turn", async () => {
    await provider.verify(await sign(first));
    const tokens = await Promise.all(
      Array.from({ length: 100 }, (_, i) => sign(stranger, longLived, { kid: `made-up-${i}` })),
    );
    const later = nowMs + 30 * seconds;
    await Promise.all(tokens.map((token) => provider.verify(token, later)));
    for (const [i, token] of tokens.entries()) {
      expect(await provider.verify(token, later + i * 299)).toEqual(refused);
    }
    expect(provider.fetched).toHaveLength(2);
    expect(await provider.verify(await sign(first, longLived), later + 29_900)).toEqual(accepted);
  });

  it("an unknown kid is not refused while a look has not been answered", async () => {
    await provider.verify(await sign(first));
    provider.respond = down;
    const token = await sign(second, longLived);
    expect(await provider.verify(token, nowMs + 30 * seconds)).toEqual(unavailable);
    expect(await provider.verify(token, nowMs + 31 * seconds)).toEqual(unavailable);
    expect(await provider.verify(await sign(first, longLived), nowMs + 31 * seconds)).toEqual(accepted);
    provider.respond = null;
    expect(await provider.verify(token, nowMs + 60 * seconds)).toEqual(refused);
    expect(provider.fetched).toHaveLength(3);
  });

  it("a key taken back counts for ten minutes at most", async () => {
    const token = await sign(first, longLived);
    await provider.verify(token);
    provider.keys = [second.publicJwk];
    expect(await provider.verify(token, nowMs + 10 * minutes - 1)).toEqual(accepted);
    expect(await provider.verify(token, nowMs + 10 * minutes)).toEqual(refused);
  });

  it("the last keys bridge an outage of an hour and no more, with one look per pause", async () => {
    const token = await sign(first, longLived);
    await provider.verify(token);
    provider.respond = down;
    for (let at = 10 * minutes; at < 60 * minutes; at += 10 * seconds) {
      expect(await provider.verify(token, nowMs + at)).toEqual(accepted);
    }
    expect(provider.fetched).toHaveLength(1 + 50 * 2);
    expect(await provider.verify(token, nowMs + 60 * minutes)).toEqual(unavailable);
  });
});
