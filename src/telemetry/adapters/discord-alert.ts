/**
 * discord-alert: alerts that anticheats post to Discord, sent here instead: Grim (Minecraft) and StAC (Team Fortress 2).
 * Alerts are sampled by their senders, so an alert is an event and never a count.
 */
import type { Adapter, AdapterCard, AdapterEvent, AdapterInput, Explained } from "./adapter.ts";
import { isoOf } from "./calendar.ts";
import { type Alert, type Embed, embedsOf } from "./discord/alert.ts";
import { grimAlertOf } from "./discord/grim.ts";
import { stacAlertOf } from "./discord/stac.ts";
import { jsonOf } from "./json-body.ts";
import { Tally } from "./tally.ts";
import { fingerprint, plain } from "./text.ts";

const card: AdapterCard = {
  id: "discord-alert",
  title: "Alerts in Discord's shape (Grim, StAC)",
  games: ["minecraft", "tf2"],
  contentTypes: ["application/json"],
  keyHeader: null,
  okStatus: 204,
  maxBodyBytes: 256_000,
  idleMs: null,
  yields: [
    { name: "events of type grim.<check>", feeds: ["log.detector"] },
    { name: "events of type stac.<check>", feeds: ["log.detector"] },
  ],
  unverified: [
    "no recorded payload of either was at hand; Grim's text can be edited by the server's owner",
    "Grim retries at once where a 429 has no X-RateLimit-Reset (epoch seconds): always send that header",
  ],
  docs: "discord-alert",
};

const alertOf = (embed: Embed): Alert | null => grimAlertOf(embed) ?? stacAlertOf(embed);
const dayMs = 86_400_000;

/** An alert without a time of its own is known again within the day it came. */
function eventIdOf(alert: Alert, receivedAtMs: number): string {
  const time = alert.iso ?? alert.atMs ?? Math.floor(receivedAtMs / dayMs);
  return `${alert.type}:${fingerprint(JSON.stringify([time, alert.player, alert.server, alert.attributes]))}`;
}

function eventOf(alert: Alert, input: AdapterInput): AdapterEvent {
  const { receivedAtMs } = input;
  const server = plain(input.server ?? "", 128) || alert.server;
  return {
    player: plain(alert.player, 128),
    event_id: eventIdOf(alert, receivedAtMs),
    type: alert.type,
    occurred_at: alert.iso ?? isoOf(Math.min(alert.atMs ?? receivedAtMs, receivedAtMs)),
    game: input.game ?? alert.game,
    source: "detector",
    severity: "medium",
    ...(server === "" ? {} : { server }),
    attributes: alert.attributes,
  };
}

function explain(body: Uint8Array): Explained[] {
  return embedsOf(jsonOf(body, card.maxBodyBytes)).map((embed, index) => {
    const alert = alertOf(embed);
    const verdict = alert === null ? "unparsed" : "parsed";
    return { line: index + 1, kind: "alert", verdict, feeds: alert === null ? [] : [alert.type] };
  });
}

export const discordAlert: Adapter = {
  card,
  streamOf: () => null,
  read: (input) => {
    const tally = new Tally();
    const embeds = embedsOf(jsonOf(input.body, card.maxBodyBytes));
    if (embeds.length === 0) tally.judge("unparsed", "no embed");
    const events: AdapterEvent[] = [];
    for (const embed of embeds) {
      const alert = alertOf(embed);
      tally.judge(alert === null ? "unparsed" : "parsed", "embed of another kind");
      if (alert !== null) events.push(eventOf(alert, input));
    }
    return tally.result({ state: null, events });
  },
  flush: () => new Tally().result({ state: null }),
  explain,
};
