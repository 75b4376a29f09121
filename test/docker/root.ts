/** Clean Debian roots, and commands in them by chroot; needs root rights on Linux. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Where a company's own certificates are, for `npm ci` through its network. */
const certificates = process.env.NODE_EXTRA_CA_CERTS;

/** The base with Node, npm and a user `node` (1000), as Docker's `node` image has them, and nothing else. */
export function makeRoot(base: string, root: string, node = process.execPath): void {
  run("cp", "-a", "--reflink=auto", base, root);
  const npm = dirname(dirname(realpathSync(run("sh", "-c", "command -v npm").trim())));
  mkdirSync(join(root, "usr/local/lib/node_modules"), { recursive: true });
  run("cp", "-a", npm, join(root, "usr/local/lib/node_modules/npm"));
  run("cp", realpathSync(node), join(root, "usr/local/bin/node"));
  for (const name of ["npm", "npx"]) {
    run("ln", "-sf", `../lib/node_modules/npm/bin/${name}-cli.js`, join(root, "usr/local/bin", name));
  }
  run("chroot", root, "useradd", "--uid", "1000", "--create-home", "node");
  cpSync("/etc/resolv.conf", join(root, "etc/resolv.conf"), { dereference: true });
  if (certificates) cpSync(certificates, join(root, "etc/extra-ca.pem"), { dereference: true });
}

export const environmentOf = (more: Readonly<Record<string, string>>) => ({
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  ...(certificates ? { NODE_EXTRA_CA_CERTS: "/etc/extra-ca.pem" } : {}),
  ...more,
});

export interface Place {
  readonly user: string;
  readonly folder: string;
  /** With a network of its own that leads nowhere: every port of its loopback interface is free. */
  readonly isAlone?: boolean;
}

/** Arguments of `unshare`: a command in the root as a user, with /proc and /dev that go with it. */
export function insideRoot(
  root: string,
  { user, folder, isAlone }: Place,
  command: readonly string[],
): string[] {
  const network = isAlone ? "ip link set lo up && " : "";
  const mounts = `mount -t proc proc ${root}/proc && mount --rbind /dev ${root}/dev`;
  const script = `${network}${mounts} && exec chroot --userspec=${user} ${root} /bin/sh -c 'cd "$0" && exec "$@"' "$@"`;
  return ["--mount", ...(isAlone ? ["--net"] : []), "sh", "-c", script, "sh", folder, ...command];
}
