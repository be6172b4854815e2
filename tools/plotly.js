/**
 * Brings Plotly's bundle for lines, bars and pies to static/plotly: `npm run plotly` after raising the version. The
 * browser loads it as it is, a quarter of the whole Plotly. It is fetched for the moment only and is no dependency.
 */

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = "plotly.js-basic-dist-min";
const VERSION = "4.1.1";
const TARGET = "static/plotly";

const folder = mkdtempSync(join(tmpdir(), "plotly-"));
execFileSync("npm", ["pack", `${NAME}@${VERSION}`, "--silent", "--pack-destination", folder]);
execFileSync("tar", ["xzf", join(folder, `${NAME}-${VERSION}.tgz`), "-C", folder]);
mkdirSync(TARGET, { recursive: true });
for (const file of ["plotly-basic.min.js", "LICENSE"]) copyFileSync(join(folder, "package", file), join(TARGET, file));
rmSync(folder, { recursive: true });
