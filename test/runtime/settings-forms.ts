/** Forms of the settings, as a browser would send them again. */
import type { Reply } from "./service.ts";

/** What the console is about to tell once. */
export const flashOf = (reply: Reply) => {
  const cookie = reply.headers.getSetCookie().find((text) => text.startsWith("__Host-flash=")) ?? "";
  return JSON.parse(decodeURIComponent(cookie.split(";")[0] ?? "").replace("__Host-flash=", ""));
};

const unescaped = (text: string) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** What a browser would send of a page's form as it stands. */
export function fieldsOf(body: string, id: string): Record<string, string> {
  const form = new RegExp(`<form[^>]* id="${id}".*?</form>`, "s").exec(body)?.[0] ?? "";
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(tag)?.[1] ?? "";
    const isBox = tag.includes('type="checkbox"');
    if (!isBox || / checked=""/.test(tag)) fields[name] = unescaped(/ value="([^"]*)"/.exec(tag)?.[1] ?? "");
  }
  for (const [, name = "", text = ""] of form.matchAll(
    /<textarea[^>]* name="([^"]*)"[^>]*>(.*?)<\/textarea>/gs,
  ))
    fields[name] = unescaped(text);
  for (const [, name = "", text = ""] of form.matchAll(/<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/gs))
    fields[name] = /<option value="([^"]*)" selected/.exec(text)?.[1] ?? "";
  return fields;
}
