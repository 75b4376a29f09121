/** The TypeScript client: `import { createClient } from "game-security-api/client"`. */
export {
  type Client,
  type ClientOptions,
  createClient,
  type InGame,
  type PlayerName,
} from "./client.ts";
export { ApiError, NetworkError } from "./errors.ts";
export type { Decided, RowRejection } from "./ingest.ts";
export type { QueueOptions, RejectedRow, SessionQueue } from "./session-queue.ts";
export type * from "./types.ts";
export type { Fetch, World } from "./world.ts";
