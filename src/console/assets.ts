/** Files that pages load, under names that change with their content. */
import type { Context } from "hono";
import uplot from "uplot/dist/uPlot.iife.min.js";
import uplotStyle from "uplot/dist/uPlot.min.css";
import type { AppEnv } from "../env.ts";
import chartsScript from "./client/charts.client.js";
import consoleScript from "./client/console.client.js";
import searchScript from "./client/search.client.js";
import { styles } from "./style/stylesheet.ts";

/** FNV-1a of 32 bits: tells versions apart, and guards nothing. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16);
}

interface Asset {
  readonly text: string;
  readonly type: string;
  readonly version: string;
  /** With its version: kept for good. */
  readonly href: string;
}

function assetOf(path: string, type: string, text: string): Asset {
  const version = hashOf(text);
  return { text, type, version, href: `${path}?v=${version}` };
}

const script = "text/javascript; charset=utf-8";

export const assets = {
  style: assetOf("/console.css", "text/css; charset=utf-8", `${styles}\n${uplotStyle}`),
  console: assetOf("/console.js", script, `${consoleScript}\n${searchScript}`),
  /** uPlot (MIT) as it comes from npm, and what draws our tables with it. */
  charts: assetOf("/charts.js", script, `${uplot}\n${chartsScript}`),
} as const;

/** A file that changes with a deployment only: kept for good under its current version, asked for anew without. */
export function answerAsset(c: Context<AppEnv>, { text, type, version }: Asset) {
  const isCurrent = c.req.query("v") === version;
  c.header("cache-control", isCurrent ? "public, max-age=31536000, immutable" : "public, max-age=300");
  c.header("content-type", type);
  return c.body(text);
}
