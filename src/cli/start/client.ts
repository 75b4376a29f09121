/** The service over HTTP, as a game server or an analyst sees it. */

export interface Client {
  get(path: string): Promise<unknown>;
  /** Without `body` the request has none. */
  post(path: string, body?: unknown): Promise<unknown>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** One request; throws with the answer's text where it is not a success. */
async function request(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${init.method} ${new URL(url).pathname} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** The member of an answer, or undefined. */
export function memberOf(answer: unknown, name: string): unknown {
  return typeof answer === "object" && answer !== null ? Reflect.get(answer, name) : undefined;
}

/** The number that an answer holds there; throws where it holds none. */
export function numberOf(answer: unknown, ...path: readonly string[]): number {
  const value = path.reduce(memberOf, answer);
  if (typeof value !== "number") throw new Error(`No ${path.join(".")} in ${JSON.stringify(answer)}.`);
  return value;
}

/** Signs in at `origin` and answers a client with that token. */
export async function signIn(origin: string, credentials: Credentials): Promise<Client> {
  const json = { "content-type": "application/json" };
  const token = await request(`${origin}/api/auth/token`, {
    method: "POST",
    headers: json,
    body: JSON.stringify(credentials),
  });
  const headers = { ...json, authorization: `Bearer ${String(memberOf(token, "access_token"))}` };
  return {
    get: (path) => request(`${origin}${path}`, { method: "GET", headers }),
    post: (path, body) =>
      request(`${origin}${path}`, {
        method: "POST",
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      }),
  };
}
