/** Bodies that are received before anything else is done, so that a slow sender keeps nobody waiting. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/** The largest body that any operation takes (`maxWireBytes`); of a longer one the rest streams, and is refused there. */
const maxHeldBytes = 8 * 1_024 * 1_024;
/** Of all bodies together. */
const maxBytesOfAll = 256 * 1_024 * 1_024;

export interface Body {
  /** As far as it is here. */
  readonly bytes: number;
  readonly isWhole: boolean;
  /** From its beginning, once. */
  stream(): Readable;
  /** Gives back what it holds; again does nothing. */
  release(): void;
}

export interface BodyStore {
  /** The body once it is here; null where there is no room for it. @throws where its sender breaks off */
  receive(request: IncomingMessage): Promise<Body | null>;
}

export function createBodyStore(most = maxBytesOfAll): BodyStore {
  let held = 0;
  return {
    async receive(request) {
      const parts: Buffer[] = [];
      let bytes = 0;
      const release = () => {
        held -= bytes;
        bytes = 0;
      };
      let isWhole = false;
      const reader = request[Symbol.asyncIterator]();
      try {
        while (bytes <= maxHeldBytes) {
          const { done, value } = await reader.next();
          isWhole = done === true;
          if (isWhole) break;
          parts.push(value);
          bytes += value.length;
          held += value.length;
          if (held > most) {
            release();
            return null;
          }
        }
      } catch (error) {
        release();
        throw error;
      }
      return { bytes, isWhole, stream: () => Readable.from(rest(parts, reader)), release };
    },
  };
}

async function* rest(parts: readonly Buffer[], reader: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* parts;
  for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value;
}

/** Whether anything follows the headers (RFC 9112, 6.3). */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
