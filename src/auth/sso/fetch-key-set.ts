/** One look at the provider's keys: bounded in time and bytes, and at no other address than the configured one. */
import { createLocalJWKSet } from "jose/jwks/local";

/** `fetch`, or what a test puts in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** An RSA-4096 key takes 0.7 KB, with its certificate about 3: room for twenty. Chosen by us. */
const maxKeySetBytes = 65_536;

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxKeySetBytes) throw new Error("The key set is too large.");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Rejects with the signal's reason: a body that stalls must not outlive it either. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** @throws whatever is wrong: no answer in time, a redirect, another status than 200, no key set (RFC 7517, 5) */
export async function fetchKeySet(fetch: Fetch, url: string, timeoutMs: number): Promise<KeySet> {
  const signal = AbortSignal.timeout(timeoutMs);
  const load = async () => {
    // Workers know no redirect: "error"; a redirect that isn't followed is a status other than 200.
    const headers = { accept: "application/jwk-set+json, application/json" };
    const response = await fetch(url, { headers, redirect: "manual", signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error("The key set was not answered with 200.");
    }
    return createLocalJWKSet(JSON.parse(await readBounded(response)));
  };
  return Promise.race([load(), untilAborted(signal)]);
}
