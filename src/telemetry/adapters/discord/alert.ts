/** A message made for a Discord channel, as far as alerts need it; the rest, and who is pinged, is left behind. */
import { z } from "zod";
import { plain } from "../text.ts";

const text = (max: number) =>
  z
    .string()
    .transform((value) => plain(value, max))
    .catch("");

const Embed = z.object({
  title: text(256).default(""),
  description: z.string().max(4_096).catch("").default(""),
  timestamp: text(64).default(""),
  thumbnail: z
    .object({ url: z.string().max(512).catch("") })
    .nullish()
    .catch(null),
  fields: z
    .array(z.object({ name: text(64), value: text(400) }))
    .max(25)
    .catch([])
    .default([]),
});
export type Embed = z.infer<typeof Embed>;

const Message = z.object({ embeds: z.array(Embed).max(10).catch([]).default([]) });

/** The embeds of a message; none of what is no message. */
export function embedsOf(input: unknown): readonly Embed[] {
  const message = Message.safeParse(input);
  return message.success ? message.data.embeds : [];
}

/** What an alert says, whoever raised it. */
export interface Alert {
  readonly game: string;
  readonly player: string;
  /** The anticheat and its check: `grim.reach`. */
  readonly type: string;
  /** Null where the message has no time of its own. */
  readonly atMs: number | null;
  readonly iso: string | null;
  readonly server: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** A check's name as part of an event's type. */
export const checkSlug = (name: string): string =>
  name
    .toLowerCase()
    .slice(0, 80)
    .replaceAll(/[^a-z0-9]{1,80}/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 40);

/** A number at the begin of a text; nothing where there is none. */
export function numberOf(value: string): number | null {
  const found = /^\d{1,9}(?:\.\d{1,4})?/.exec(value.trim());
  return found ? Number(found[0]) : null;
}
