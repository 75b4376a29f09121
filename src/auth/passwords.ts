/** Passwords of people: scrypt with its parameters in the hash, so that they can be raised (RFC 7914; OWASP). */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

interface Parameters {
  /** log2 of N, the cost in CPU and memory. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet: N=2^14, r=8, p=5. About 265 ms of CPU and 16 MB in workerd. */
const current: Parameters = { ln: 14, r: 8, p: 5 };
const saltBytes = 16;
const hashBytes = 32;
/** What a stored hash may ask for: more would be an attack on our own CPU. */
const most: Parameters = { ln: 17, r: 16, p: 16 };

/** Two at a time an isolate (32 MB of its 128); the rest wait in line, and past that are told to come back. */
const maxAtOnce = 2;
const maxWaiting = 16;

/** Too many passwords are being hashed: try again. */
export class HashingBusy extends Error {
  override readonly name = "HashingBusy";
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= maxAtOnce) {
    if (waiting.length >= maxWaiting) throw new HashingBusy();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    // Whoever is next takes over the place of this one.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

function derive(password: string, salt: Uint8Array, { ln, r, p }: Parameters, length: number) {
  const N = 2 ** ln;
  // Node refuses what needs more than `maxmem`: 128 * N * r bytes, and some beside.
  const options = { N, r, p, maxmem: 256 * N * r };
  return inTurn(
    () =>
      new Promise<Uint8Array>((resolve, reject) => {
        // One Unicode form, so that a password typed on another keyboard is the same (NIST SP 800-63B, 3.1.1.2).
        scrypt(password.normalize("NFKC"), salt, length, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replaceAll("=", "");

/** PHC string: `$scrypt$ln=14,r=8,p=5$salt$hash`. @throws HashingBusy */
export async function hashPassword(password: string, parameters: Parameters = current): Promise<string> {
  const salt = randomBytes(saltBytes);
  const { ln, r, p } = parameters;
  const hash = await derive(password, salt, parameters, hashBytes);
  return `$scrypt$ln=${ln},r=${r},p=${p}$${base64(salt)}$${base64(hash)}`;
}

interface Stored {
  readonly parameters: Parameters;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

function parse(phc: string): Stored | null {
  const [, ln, r, p, salt, hash] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,})\$([A-Za-z0-9+/]{16,})$/.exec(
      phc,
    ) ?? [];
  if (salt === undefined || hash === undefined) return null;
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) };
  const excessive = (["ln", "r", "p"] as const).some((name) => parameters[name] > most[name]);
  if (excessive) return null;
  return { parameters, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

/** What an unknown account is compared with, so that it takes as long as a known one. Nothing hashes to it. */
const decoy: Stored = {
  parameters: current,
  salt: new Uint8Array(saltBytes),
  hash: new Uint8Array(hashBytes),
};

/** Whether a password is the one of a hash; `null` (no such account) takes as long and is false. @throws HashingBusy */
export async function isPassword(password: string, phc: string | null): Promise<boolean> {
  const stored = (phc === null ? null : parse(phc)) ?? decoy;
  const derived = await derive(password, stored.salt, stored.parameters, stored.hash.length);
  return timingSafeEqual(derived, stored.hash) && stored !== decoy;
}

/** Whether a hash was made with other parameters than today's: make it anew at the next sign-in. */
export function needsRehash(phc: string): boolean {
  const parameters = parse(phc)?.parameters;
  return (["ln", "r", "p"] as const).some((name) => parameters?.[name] !== current[name]);
}
