/** Unexpected errors: which of them will pass, and what the log may say of them. */

export { isFull } from "../db/client.ts";

/** Errors from the outermost to the cause of all. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) chain.push(cause);
  return chain;
}

/** Words of D1 and of Durable Objects for what another try will mend: developers.cloudflare.com/d1/observability/debug-d1 */
const passing =
  /network connection lost|overloaded|exceeded timeout|reset because|(to be|was) reset|starting up|cannot resolve d1 db|client disconnected/i;

/** Whether the store or the limiter was out of reach, rather than wrong. */
export function isPassing(error: unknown): boolean {
  return chainOf(error).some(({ message }) => passing.test(message));
}

/** Whether it was about a player who is being erased meanwhile: `0014_erasures.sql`. */
export const isOfErased = (error: unknown): boolean =>
  chainOf(error).some(({ message }) => message.includes("the player was erased"));

/** The lines of an error's stack after its message, which could pass for a frame. */
function framesOf(error: Error | undefined): string[] {
  const { message, stack } = error ?? { message: "", stack: undefined };
  const place = stack?.indexOf(message) ?? -1;
  return place < 0 || !stack ? [] : stack.slice(place + message.length).split("\n");
}

/**
 * Names, D1's own words, and where it happened. Messages in general stay out: Drizzle's hold bound values, and with
 * them players' data. D1's name tables and columns alone.
 */
export function describeError(error: unknown): Readonly<Record<string, unknown>> {
  const chain = chainOf(error);
  const fromD1 = chain.find(({ message }) => message.startsWith("D1_ERROR"));
  const frames = framesOf(chain[0]).filter((line) => /^\s+at /.test(line));
  return {
    error: chain.map(({ name }) => name).join(" < "),
    d1: fromD1?.message ?? null,
    at: frames.slice(0, 6).map((line) => line.trim()),
  };
}
