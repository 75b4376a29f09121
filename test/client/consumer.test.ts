/** The client as another project compiles it: in a browser or in Node, without the types of Workers. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../src/cli/start/project.ts";

it.each([
  ["a browser", ["ES2024", "DOM", "DOM.Iterable"], []],
  ["Node", ["ES2024"], ["node"]],
])("compiles for %s", (_, lib, types) => {
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  const file = join(folder, "tsconfig.json");
  const typeRoots = [join(projectRoot, "node_modules/@types")];
  writeFileSync(
    file,
    JSON.stringify({
      extends: join(projectRoot, "tsconfig.json"),
      compilerOptions: { lib, types, typeRoots },
      include: [join(projectRoot, "src/client")],
    }),
  );
  const { stdout } = spawnSync(join(projectRoot, "node_modules/.bin/tsc"), ["-p", file], {
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe("");
});
