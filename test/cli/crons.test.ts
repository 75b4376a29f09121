import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cronUrl, readCrons, scheduleCrons } from "../../src/cli/start/crons.ts";

const minuteMs = 60_000;

describe("the crons of a local run", () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 10, 14, 30) }));
  afterEach(() => void vi.useRealTimers());

  it("fire at their own times", async () => {
    const fired: string[] = [];
    const stop = scheduleCrons(["*/5 * * * *", "17 * * * *", "43 3 * * *"], async (cron) => {
      fired.push(`${new Date(Date.now()).toISOString().slice(11, 16)} ${cron}`);
    });
    await vi.advanceTimersByTimeAsync(6 * minuteMs);
    stop();
    expect(fired).toEqual(["10:15 */5 * * * *", "10:17 17 * * * *", "10:20 */5 * * * *"]);
  });

  it("fire no more once stopped", async () => {
    const fire = vi.fn(async () => {});
    scheduleCrons(["* * * * *"], fire)();
    await vi.advanceTimersByTimeAsync(5 * minuteMs);
    expect(fire).not.toHaveBeenCalled();
  });

  it("run once at a time, and go on after a failure", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    const fire = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2.5 * minuteMs));
      throw new Error("no answer");
    });
    const stop = scheduleCrons(["* * * * *"], fire);
    await vi.advanceTimersByTimeAsync(2 * minuteMs);
    expect(fire).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2 * minuteMs);
    stop();
    expect(fire).toHaveBeenCalledTimes(2);
    expect(errors).toHaveBeenCalledTimes(1);
    errors.mockRestore();
  });
});

describe("a cron's address", () => {
  it("carries the expression as one parameter", () => {
    const url = new URL(cronUrl("http://127.0.0.1:8787", "*/5 * * * *"));
    expect(url.pathname).toBe("/cdn-cgi/local/scheduled");
    expect(url.searchParams.get("cron")).toBe("*/5 * * * *");
  });
});

it("reads the expressions of wrangler.toml", async () => {
  expect(await readCrons([])).toEqual(expect.arrayContaining(["*/5 * * * *", "17 * * * *"]));
}, 30_000);
