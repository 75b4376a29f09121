/** Text that only this service can read: AES-256-GCM under a key that HKDF-SHA-256 (RFC 5869) derives from a secret. */

const encoder = new TextEncoder();
const nonceBytes = 12;

async function keyOf(secret: string, purpose: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(purpose) },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** @param purpose a key of its own for each use of the secret */
export async function sealText(secret: string, purpose: string, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const key = await keyOf(secret, purpose);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, encoder.encode(text));
  return btoa(String.fromCharCode(...nonce, ...new Uint8Array(sealed)));
}

export interface Opened {
  readonly text: string;
  /** False where an older secret opened it: seal it again. */
  readonly isCurrent: boolean;
}

/** Tries each secret, the current one first; null where none opens it. */
export async function openText(
  secrets: readonly string[],
  purpose: string,
  sealed: string,
): Promise<Opened | null> {
  const bytes = Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0));
  const iv = bytes.slice(0, nonceBytes);
  for (const [place, secret] of secrets.entries()) {
    try {
      const key = await keyOf(secret, purpose);
      const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes.slice(nonceBytes));
      return { text: new TextDecoder().decode(text), isCurrent: place === 0 };
    } catch {
      // Another secret sealed it.
    }
  }
  return null;
}
