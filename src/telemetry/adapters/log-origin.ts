/** Which server a log comes from: the token of its instance, or what its owner or its address calls it. */
import type { AdapterInput } from "./adapter.ts";
import type { Origin } from "./log-session.ts";
import { idPartOf, plain } from "./text.ts";

/** The stream of a request, and the part of ids that tells servers apart; `server` alone is a server without a name. */
export function instanceOf(input: AdapterInput): string {
  const { headers, server } = input;
  const named = headers["x-server-instance-token"] ?? server ?? headers["x-server-addr"] ?? "";
  return named === "" ? "server" : idPartOf(named, 48);
}

export function originOf(input: AdapterInput): Origin {
  const server = input.server ?? input.headers["x-server-addr"] ?? "";
  return { instance: instanceOf(input), server: plain(server, 128), game: input.game ?? null };
}
