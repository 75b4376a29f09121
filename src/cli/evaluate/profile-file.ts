/** The profile that a file's games are judged by, as `PUT /api/games/{game}` takes it. */
import { readFile } from "node:fs/promises";
import { GameProfile, profileOf } from "../../detection/game-profile.ts";
import { type Profile, shooter } from "../../detection/profile.ts";
import { InputError } from "./input-error.ts";

async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new InputError(
      `Cannot read the profile ${path}: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** @param path null is the built-in shooter profile. Throws InputError with the first field that is wrong. */
export async function readProfile(path: string | null): Promise<Profile> {
  if (path === null) return shooter;
  const parsed = GameProfile.safeParse(await jsonOf(path));
  if (parsed.success) return profileOf("declared", parsed.data);
  const [issue] = parsed.error.issues;
  throw new InputError(`${path} is no profile: /${issue?.path.join("/") ?? ""} ${issue?.message ?? ""}`);
}
