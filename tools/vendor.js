/**
 * Copies lit-html from node_modules to static/js/vendor, where the browser loads it as it is: `npm run vendor`. With
 * --check it only compares, and fails where a copy differs from the version that package.json pins.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const FILES = ["lit-html.js", "directive.js", "directive-helpers.js", "directives/repeat.js", "LICENSE"];
const onlyChecks = process.argv.includes("--check");

for (const file of FILES) {
  const target = `static/js/vendor/lit-html/${file}`;
  // The source maps stay behind, so the copies must not name them.
  const text = readFileSync(`node_modules/lit-html/${file}`, "utf8").replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
  if (!onlyChecks) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    console.error(`${target} is not the pinned version: run \`npm run vendor\`.`);
    process.exitCode = 1;
  }
}
