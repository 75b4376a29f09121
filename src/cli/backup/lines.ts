/** Lines of a file. */
import { createReadStream } from "node:fs";

/** The lines of a UTF-8 file, split at LF alone: node:readline also splits at CR and U+2028, which texts may hold. */
export async function* readLines(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
