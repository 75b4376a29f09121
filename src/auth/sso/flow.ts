/** Signing in at the identity provider: the authorization code flow with PKCE, state and nonce (RFC 9700, 2.1). */
import * as oauth from "oauth4webapi";
import type { SsoConfiguration, SsoFlow } from "./configuration.ts";
import type { Fetch } from "./fetch-key-set.ts";

/** What the browser keeps, sealed, until it comes back. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** `refused`: the answer is none that this sign-in asked for; `unavailable`: the provider gave no usable answer. */
export class SignInRefused extends Error {
  readonly reason: "refused" | "unavailable";
  constructor(reason: SignInRefused["reason"], cause?: unknown) {
    super(`The sign-in at the provider is ${reason}.`, { cause });
    this.reason = reason;
  }
}

const timeoutMs = 5_000;

/** Where the browser goes, and what it has to bring back. */
export async function beginSignIn(
  flow: SsoFlow,
  redirectUri: string,
): Promise<{ readonly url: string; readonly pending: PendingSignIn }> {
  const pending = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    codeVerifier: oauth.generateRandomCodeVerifier(),
  };
  const url = new URL(flow.authorizeUrl);
  const asked = {
    response_type: "code",
    client_id: flow.clientId,
    redirect_uri: redirectUri,
    scope: flow.scopes,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return { url: url.href, pending };
}

export interface Return {
  readonly fetch: Fetch;
  readonly configuration: SsoConfiguration;
  readonly flow: SsoFlow;
  readonly redirectUri: string;
  readonly pending: PendingSignIn;
  /** The query that the provider sent the browser back with. */
  readonly answer: URLSearchParams;
}

const serverOf = ({ configuration, flow }: Return): oauth.AuthorizationServer => ({
  issuer: configuration.issuer,
  token_endpoint: flow.tokenUrl,
  id_token_signing_alg_values_supported: [...configuration.algorithms],
});

/** Times are for the verifier of the ID token, which judges them by the request's clock. */
const clientOf = ({ clientId }: SsoFlow): oauth.Client => ({
  client_id: clientId,
  [oauth.clockTolerance]: Number.MAX_SAFE_INTEGER,
});

/** The answer to the code. What fails on the way to the provider says nothing of the code. */
async function redeem(returned: Return, answer: URLSearchParams): Promise<Response> {
  const { fetch, flow, redirectUri, pending } = returned;
  const proof = flow.clientSecret === null ? oauth.None() : oauth.ClientSecretBasic(flow.clientSecret);
  const options = {
    [oauth.customFetch]: (url: string, init: RequestInit) => fetch(url, init),
    // The configuration takes plain HTTP from the developer's own machine alone.
    [oauth.allowInsecureRequests]: true,
    signal: AbortSignal.timeout(timeoutMs),
  };
  const args = [
    serverOf(returned),
    clientOf(flow),
    proof,
    answer,
    redirectUri,
    pending.codeVerifier,
  ] as const;
  const response = await oauth.authorizationCodeGrantRequest(...args, options).catch((error) => {
    throw new SignInRefused(
      error instanceof oauth.OperationProcessingError ? "refused" : "unavailable",
      error,
    );
  });
  if (response.status >= 500 || response.status === 429) throw new SignInRefused("unavailable");
  return response;
}

/**
 * The ID token for the code of a browser that came back, with its `iss`, `aud`, `azp` and `nonce` checked; its
 * signature, its times and its role are for the verifier. @throws SignInRefused
 */
export async function finishSignIn(
  returned: Return,
): Promise<{ readonly idToken: string; readonly expiresAtMs: number }> {
  const { flow, pending } = returned;
  const [server, client] = [serverOf(returned), clientOf(flow)];
  try {
    const answer = oauth.validateAuthResponse(server, client, returned.answer, pending.state);
    const response = await redeem(returned, answer);
    const options = { expectedNonce: pending.nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (tokens.id_token === undefined || claims === undefined) throw new SignInRefused("refused");
    return { idToken: tokens.id_token, expiresAtMs: claims.exp * 1_000 };
  } catch (error) {
    throw error instanceof SignInRefused ? error : new SignInRefused("refused", error);
  }
}
