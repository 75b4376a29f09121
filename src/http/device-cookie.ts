/** The cookie that remembers a device at sign-ins. It proves nothing else. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { deviceSeconds } from "../auth/devices.ts";
import type { AppEnv } from "../env.ts";

const cookieName = "device";

/** With the prefix: `__Host-device`. */
export const deviceCookie = (c: Context<AppEnv>): string | undefined => getCookie(c, cookieName, "host");

export function setDeviceCookie(c: Context<AppEnv>, device: string): void {
  setCookie(c, cookieName, device, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    maxAge: deviceSeconds,
  });
}
