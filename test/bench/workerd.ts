/** The CPU of a workerd process, as Linux counts it. */
import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second. */
const tickMs = 10;

const statOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return "";
  }
};

/** User and system time of a process so far, in ms. */
export function cpuMs(pid: string): number {
  const fields = statOf(pid)
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
