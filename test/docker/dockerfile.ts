/** Reads a Dockerfile, as far as ours goes: instructions with continued lines, by stage. */

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  /** Of `AS`; the number of the stage where it has none. */
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

/** The instructions of a Dockerfile in order, without comments. */
export function readInstructions(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, name = "", rest = ""] = /^\s*([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name === "") throw new Error(`Not an instruction: ${line}`);
    return { name, text: rest.trim() };
  });
}

/** The stages of a Dockerfile; the last one is the image. */
export function readStages(text: string): Stage[] {
  const stages: { name: string; image: string; instructions: Instruction[] }[] = [];
  for (const instruction of readInstructions(text)) {
    if (instruction.name !== "FROM") {
      stages.at(-1)?.instructions.push(instruction);
      continue;
    }
    const [image = "", , name] = instruction.text.split(/\s+/);
    stages.push({ name: name ?? String(stages.length), image, instructions: [] });
  }
  return stages;
}

/** What an instruction in JSON form says: `CMD ["node", "x"]`. */
export const listOf = (text: string): string[] => JSON.parse(text.slice(text.indexOf("["))) as string[];
