/** The vocabulary that requests share: identifiers, names, times, and the ranges of what a session can measure. */
import { z } from "zod";

/** All but control characters and lone surrogates, which survive neither SQLite nor a log line. */
const unstorable = /[^ -~\u0080-\ud7ff\ue000-\u{10ffff}]/u;
export const isStorable = (text: string): boolean => !unstorable.test(text);

/** As {@link isStorable}, with line breaks and tabs, for text that people write. */
const isStorableProse = (text: string) => isStorable(text.replaceAll(/[\n\r\t]/g, " "));

const storable = { error: "must not hold control characters or broken Unicode" };

/** Text that identifies something: 1 to `max` characters, no control characters. */
export const identifier = (max: number) => z.string().min(1).max(max).refine(isStorable, storable);

/** Free text by people, such as notes: up to `max` characters; line breaks are welcome. */
export const prose = (max: number) => z.string().max(max).refine(isStorableProse, storable);

/** The game's own id of a player. */
export const playerRef = identifier(128).meta({
  description: "The game's own id of the player.",
  example: "76561198000000000",
});

/** Our id of a player: a positive integer that a JSON number carries exactly. */
export const playerId = z
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: "Our id of the player.", example: 17 });

/** Names of games and modes end in keys and URLs, so they are plain. */
export const slugFormat = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/;
export const slug = z.string().regex(slugFormat, {
  error: "must be 1 to 64 letters, digits, dots, dashes or underscores",
});

export const gameName = slug.meta({
  description: "The game; undeclared games are accepted.",
  example: "cs2",
});
export const modeName = slug.meta({
  description: "The mode; (game, mode) is the scope of a baseline.",
  example: "premier",
});

/** A display name: Unicode NFKC, so that look-alikes of one name are one name. */
export const username = identifier(64)
  .transform((name) => name.normalize("NFKC").trim())
  .pipe(
    z.string().min(1, { error: "must not be blank" }).max(64, { error: "must not grow beyond 64 in NFKC" }),
  )
  .meta({ description: "Display name.", example: "Nightjar" });

/** What {@link instant} takes. */
export const instantFormat = z.regexes.datetime({ offset: true });

/** An instant with a zone, as ISO 8601. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: ({ code }) =>
      code === "invalid_format"
        ? "must be an ISO 8601 time with a zone, such as 2026-10-29T00:16:56Z"
        : undefined,
  })
  .meta({ description: "ISO 8601 with a zone.", example: "2026-10-29T00:16:56.000Z" });

/** A missing value and null are the same. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish();

/** Ranges of what a session measures, with units in the names; outside them a value is refused, never clipped. */
export const measureLimits = {
  duration_minutes: { min: 0, max: 1_440, whole: false },
  actions_per_minute: { min: 0, max: 10_000, whole: false },
  headshot_rate: { min: 0, max: 1, whole: false },
  reaction_time_ms: { min: 1, max: 10_000, whole: false },
  kills: { min: 0, max: 1_000_000, whole: true },
  deaths: { min: 0, max: 1_000_000, whole: true },
  headshots: { min: 0, max: 1_000_000, whole: true },
  shots_fired: { min: 0, max: 1_000_000, whole: true },
  shots_hit: { min: 0, max: 1_000_000, whole: true },
  movement_speed: { min: 0, max: 100_000, whole: false },
} as const;
export type Measure = keyof typeof measureLimits;

const measure = ([name, { min, max, whole }]: [string, (typeof measureLimits)[Measure]]) =>
  [name, (whole ? z.int() : z.number()).min(min).max(max)] as const;

/** The schema of each measure. */
export const measures = Object.fromEntries(Object.entries(measureLimits).map(measure)) as Readonly<
  Record<Measure, z.ZodNumber>
>;

export const metricNameFormat = /^[a-z][a-z0-9_.-]{0,63}$/;
export const maxMetrics = 64;
/** Metrics lie between this and its negative. */
export const maxMetric = 1e12;

/** Declared and undeclared metrics of a session: at most 64 finite numbers. */
export const metrics = z
  .record(
    z.string().regex(metricNameFormat, { error: "must be a lower-case metric name" }),
    z.number().min(-maxMetric).max(maxMetric),
  )
  .refine((values) => Object.keys(values).length <= maxMetrics, {
    error: `must hold at most ${maxMetrics} metrics`,
  });

/** Rows ahead of the clock by more than this are refused: a sender's clock is wrong, or it lies. */
export const futureToleranceMs = 10 * 60_000;
/** Nothing was recorded before this: 2000-01-01. */
export const earliestMs = 946_684_800_000;
