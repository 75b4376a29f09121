/** Answers as the API gives them, for tests that play it. */

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

export const problem = (status: number, code: string, detail: string, headers?: Record<string, string>) =>
  json(
    status,
    {
      type: `urn:game-security:problem:${code}`,
      title: "x",
      status,
      detail,
      error: detail,
      request_id: "r-1",
    },
    headers,
  );

export const taken = (accepted: number, rejected: readonly object[] = []) =>
  json(200, { accepted, duplicates: 0, rejected, players_created: 0 });

export const row = (n: number) => ({
  player: `p-${n % 7}`,
  session_id: `s-${n}`,
  recorded_at: "2026-11-20T20:15:00Z",
});

export interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

export type Script = (seen: Seen) => Response | Promise<Response>;

/** Answers in the given order, the last one for ever; `seen` is what was asked. */
export function scripted(...answers: readonly Script[]) {
  const seen: Seen[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const { method = "GET", body } = init;
    const request = {
      url,
      method,
      headers: new Headers(init.headers as Record<string, string>),
      body: String(body ?? ""),
    };
    seen.push(request);
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    if (!answer) throw new Error("No answer.");
    return answer(request);
  };
  return { fetch, seen };
}

export const rowsOf = ({ body }: Seen): { session_id: string }[] => JSON.parse(body).sessions;
