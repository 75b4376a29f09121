/** Messages in the three formats. What players and people wrote stays text: it makes no link, mention or markup. */
import type { WebhookFormat } from "../../db/webhooks.ts";
import { cut, factsOf, summaryOf, type Told, titleOf } from "./wording.ts";

const isoOf = (ms: number) => new Date(ms).toISOString();

const payloadOf = ({ type, atMs, data }: Told) => ({ type, timestamp: isoOf(atMs), data });

/** The payload of Standard Webhooks: type, timestamp, data. A digest is an event that holds events. */
function jsonMessage(events: readonly [Told, ...Told[]]): unknown {
  const [first] = events;
  if (events.length === 1) return payloadOf(first);
  const last = events.at(-1) ?? first;
  return payloadOf({
    ...last,
    type: "webhook.digest",
    data: { count: events.length, events: events.map(payloadOf) },
  });
}

/** Every character that Discord's Markdown, links or mentions begin with, behind a backslash. */
const escapeDiscord = (text: string) => text.replaceAll(/[\\*_~`|>#[\]()<@:-]/g, "\\$&");
const discordText = (text: string, max: number) => cut(text, max, escapeDiscord);

/** discord.com/developers/docs/resources/message#embed-object: title 256, description 4096, 25 fields, 6000 in all. */
function discordMessage(events: readonly [Told, ...Told[]]): unknown {
  const [first] = events;
  const last = events.at(-1) ?? first;
  const summary = events.length === 1 ? null : summaryOf(events);
  const embed = {
    title: discordText(summary?.title ?? titleOf(first.type), 256),
    timestamp: isoOf(last.atMs),
    ...(summary
      ? { description: summary.lines.map((line) => discordText(line, 180)).join("\n") }
      : { fields: factsOf(first).map(([name, value]) => discordField(name, value)) }),
  };
  return { embeds: [embed], allowed_mentions: { parse: [] } };
}

const discordField = (name: string, value: string) => ({
  name: discordText(name, 128),
  value: discordText(value === "" ? "none" : value, 400),
  inline: true,
});

/** api.slack.com/reference/surfaces/formatting#escaping: these three, and plain_text knows no other markup. */
const escapeSlack = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const slackText = (text: string, max: number) => ({
  type: "plain_text",
  text: cut(text, max, escapeSlack),
  emoji: false,
});

/** api.slack.com/reference/block-kit/blocks: header 150, ten fields of 2000, 50 blocks. */
function slackMessage(events: readonly [Told, ...Told[]]): unknown {
  const [first] = events;
  const summary = events.length === 1 ? null : summaryOf(events);
  const title = summary?.title ?? titleOf(first.type);
  const fields = factsOf(first).map(([name, value]) => slackText(`${name}: ${value}`, 2_000));
  const facts = fields.length > 0 ? [{ type: "section", fields }] : [];
  const lines = summary?.lines.map((line) => ({ type: "section", text: slackText(line, 3_000) }));
  return {
    text: escapeSlack(title),
    blocks: [{ type: "header", text: slackText(title, 150) }, ...(lines ?? facts)],
  };
}

const messages = { json: jsonMessage, discord: discordMessage, slack: slackMessage } as const;

/** One event, or several as a digest, as the body of a request. */
export const bodyOf = (format: WebhookFormat, events: readonly [Told, ...Told[]]): string =>
  JSON.stringify(messages[format](events));
