/** JSON from senders, with bounds before it is parsed; null of anything else. */
import { decoded } from "./bytes.ts";

const deepest = 32;

const steps: Readonly<Record<string, number>> = { "{": 1, "[": 1, "}": -1, "]": -1 };

/** Nesting beyond what any format here has is hostile. */
function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length && depth <= deepest; i++) {
    const character = text[i] ?? "";
    if (character === '"') quoted = !quoted;
    else if (quoted) i += character === "\\" ? 1 : 0;
    else depth += steps[character] ?? 0;
  }
  return depth > deepest;
}

export function jsonOf(body: Uint8Array, maxBytes: number): unknown {
  if (body.length > maxBytes) return null;
  const text = decoded(body);
  if (isDeep(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
