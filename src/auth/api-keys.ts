/**
 * API keys: `gsk_` (scopes) or `gsi_` (one adapter's ingest), 43 characters of 256 random bits, and six of a CRC-32, so
 * that secret scanners find them and we refuse a mistyped one without asking the store.
 */
import { crc32 } from "node:zlib";
import { randomToken, sha256Hex } from "./digest.ts";

export type KeyPrefix = "gsk" | "gsi";

/** The shape that secret scanners look for; the checksum is what tells a key from noise. */
export const keyPattern = /^(gs[ki])_([A-Za-z0-9_-]{43})([0-9a-z]{7})$/;

/** CRC-32 in base 36: seven digits hold 32 bits. */
const checksumOf = (text: string): string => crc32(text).toString(36).padStart(7, "0");

export interface FreshKey {
  /** Shown once. */
  readonly key: string;
  /** What is stored. */
  readonly keyHash: string;
  readonly hint: string;
}

const hintLength = 12;

export async function createKey(prefix: KeyPrefix): Promise<FreshKey> {
  const body = `${prefix}_${randomToken()}`;
  const key = body + checksumOf(body);
  return { key, keyHash: await sha256Hex(key), hint: key.slice(0, hintLength) };
}

/** Whether text is meant as one of our keys. */
export const isKeyLike = (text: string): boolean => /^gs[ki]_/.test(text);

/** The hash to look a key up by; null for text that is no key of ours. */
export async function keyHashOf(text: string): Promise<string | null> {
  const [, prefix, random, checksum] = keyPattern.exec(text) ?? [];
  if (checksum === undefined || checksumOf(`${prefix}_${random}`) !== checksum) return null;
  return sha256Hex(text);
}
