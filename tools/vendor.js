/**
 * Copies lit-html and Plotly from node_modules to where the browser loads them as they are: `npm run vendor`. With
 * --check it only compares, and fails where a copy differs from the version that package.json pins.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const COPIES = {
  "lit-html": {
    folder: "static/js/vendor/lit-html",
    files: ["lit-html.js", "directive.js", "directive-helpers.js", "directives/repeat.js", "LICENSE"],
  },
  // Lines, bars and pies: a quarter of the whole Plotly.
  "plotly.js-basic-dist-min": { folder: "static/plotly", files: ["plotly-basic.min.js", "LICENSE"] },
};
const onlyChecks = process.argv.includes("--check");

for (const [name, { folder, files }] of Object.entries(COPIES)) {
  for (const file of files) copy(`node_modules/${name}/${file}`, `${folder}/${file}`);
}

/**
 * @param {string} source
 * @param {string} target
 */
function copy(source, target) {
  // The source maps stay behind, so the copies must not name them.
  const text = readFileSync(source, "utf8").replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
  if (!onlyChecks) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    console.error(`${target} is not the pinned version: run \`npm run vendor\`.`);
    process.exitCode = 1;
  }
}
