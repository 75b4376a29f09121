/** Who may do how much: the named limits of classes of requests. Pure. */

/** At most `limit` permits in any `periodSeconds`. The name is part of the counter's key. */
export interface Policy {
  readonly name: string;
  readonly limit: number;
  readonly periodSeconds: number;
}

/** Requests by what they do; `rows` are the rows of bulk telemetry, every other class counts requests. */
export const requestClasses = [
  "login",
  "public",
  "read",
  "write",
  "bulk",
  "rows",
  "admin",
  "unauthenticated",
] as const;
export type RequestClass = (typeof requestClasses)[number];

/** Counters of failed sign-ins: by address, by account, and by a device that the account knows. */
export const failureClasses = ["login_address", "login_account", "login_device"] as const;
export type FailureClass = (typeof failureClasses)[number];

/** Classes whose limit an API key can have of its own. */
export const keyLimitClasses = ["read", "write", "bulk", "rows", "admin"] as const;

export type LimitClass = RequestClass | FailureClass;

/** The Worker's variables; text, because that is how it gets them. */
export interface LimitVariables {
  readonly RATE_LIMIT_REQUESTS?: string | undefined;
  readonly RATE_LIMIT_PERIOD_SECONDS?: string | undefined;
  /** Rows of bulk telemetry a period. */
  readonly RATE_LIMIT_ROWS?: string | undefined;
  /** JSON: `{class: {requests, period_seconds}}`, either member alone too. */
  readonly RATE_LIMIT_POLICIES?: string | undefined;
}

/** Another limit for one class; what is left out stays. For `rows`, `requests` are rows. */
export interface LimitOverride {
  readonly requests?: number | undefined;
  readonly period_seconds?: number | undefined;
}

/**
 * What happens to a class while the counters are out of reach. Guessing passwords and administration wait; what games
 * send and people read goes on, uncounted, and the log says so.
 */
export const failsClosed: Readonly<Record<LimitClass, boolean>> = {
  login: true,
  login_address: true,
  login_account: true,
  login_device: true,
  admin: true,
  public: false,
  unauthenticated: false,
  read: false,
  write: false,
  bulk: false,
  rows: false,
};

const defaultLimit = 100;
const defaultPeriodSeconds = 60;
/** A bulk request holds at most 1,000 rows: by default the rows refuse nobody whom the requests let in. */
const rowsPerRequest = 1_000;
const maxLimit = 1_000_000_000;
const maxRows = maxLimit * rowsPerRequest;
const maxPeriodSeconds = 86_400;

// An account takes 90 failures an hour: at most 100 are allowed (OWASP ASVS 4.0, 2.2.1). The address is chosen by us.
// Fixed: opening the API's limits must not open password guessing.
const failurePolicies: Readonly<Record<FailureClass, Omit<Policy, "name">>> = {
  login_address: { limit: 30, periodSeconds: 300 },
  login_account: { limit: 10, periodSeconds: 400 },
  login_device: { limit: 10, periodSeconds: 400 },
};

const isFailureClass = (cls: LimitClass): cls is FailureClass => cls in failurePolicies;

/**
 * The policy of a class: the override (of an API key) before RATE_LIMIT_POLICIES before the plain variables. What is
 * no whole number within its range counts as unset, wherever it stands.
 */
export function policyFor(cls: LimitClass, variables: LimitVariables, override?: LimitOverride): Policy {
  if (isFailureClass(cls)) return { name: cls, ...failurePolicies[cls] };
  const layers = [override, overridesIn(variables.RATE_LIMIT_POLICIES)[cls], plain(cls, variables)];
  const first = (values: (number | undefined)[]) => values.find((value) => value !== undefined);
  const limitOf = (layer?: LimitOverride) => within(layer?.requests, cls === "rows" ? maxRows : maxLimit);
  const periodOf = (layer?: LimitOverride) => within(layer?.period_seconds, maxPeriodSeconds);
  return {
    name: cls,
    limit: first(layers.map(limitOf)) ?? defaultLimit,
    periodSeconds: first(layers.map(periodOf)) ?? defaultPeriodSeconds,
  };
}

/** What the plain variables say of a class. */
function plain(cls: RequestClass, variables: LimitVariables): LimitOverride {
  const requests = wholeNumber(variables.RATE_LIMIT_REQUESTS, maxLimit) ?? defaultLimit;
  const rows = wholeNumber(variables.RATE_LIMIT_ROWS, maxRows) ?? requests * rowsPerRequest;
  return {
    requests: cls === "rows" ? rows : requests,
    period_seconds: wholeNumber(variables.RATE_LIMIT_PERIOD_SECONDS, maxPeriodSeconds),
  };
}

type Overrides = Readonly<Partial<Record<LimitClass, LimitOverride>>>;

// The variable is the same for every request: the last text and its meaning are kept.
let parsed: { readonly text: string; readonly overrides: Overrides } = { text: "", overrides: {} };

function overridesIn(text = ""): Overrides {
  if (text !== parsed.text) parsed = { text, overrides: readOverrides(text) };
  return parsed.overrides;
}

/** Only plain objects by class; numbers are judged where they are used. */
function readOverrides(text: string): Overrides {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return {};
    const known = Object.entries(value).filter(([cls]) => requestClasses.some((name) => name === cls));
    return Object.fromEntries(known.filter(([, part]) => typeof part === "object" && part !== null));
  } catch {
    return {};
  }
}

const within = (value: unknown, max: number): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max ? value : undefined;

function wholeNumber(text: string | undefined, max: number): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^[0-9]+$/.test(trimmed) ? within(Number(trimmed), max) : undefined;
}
