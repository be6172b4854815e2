/**
 * Makes static/icons/lucide.svg, a sprite of those of Lucide's icons that pages use: `npm run icons` after a change of
 * the list. The package has five thousand files, so it is fetched for the moment only and is no dependency.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "1.62.0";
const TARGET = "static/icons";
const ICONS = [
  ...["arrow-down", "arrow-up", "bell-off", "book-open", "calendar", "camera-off", "chart-line", "check"],
  ...["circle-check", "circle-help", "circle-x", "clock", "cloud", "copy", "dices", "download", "ellipsis", "eye"],
  ...["flag", "gauge", "hand", "keyboard", "life-buoy", "lightbulb", "lock", "log-out", "maximize"],
  ...["message-circle-question-mark", "minus", "pencil", "picture-in-picture-2", "play", "plus", "presentation"],
  ...["rabbit", "search", "send", "settings", "shield-check", "sliders-horizontal", "timer", "trash-2"],
  ...["trending-down", "trending-up", "triangle-alert", "turtle", "user", "user-plus", "users", "wifi-off", "x"],
];

const folder = mkdtempSync(join(tmpdir(), "lucide-"));
execFileSync("npm", ["pack", `lucide-static@${VERSION}`, "--silent", "--pack-destination", folder]);
execFileSync("tar", ["xzf", join(folder, `lucide-static-${VERSION}.tgz`), "-C", folder]);
const source = join(folder, "package");

/** @param {string} name */
function symbolOf(name) {
  const drawing = readFileSync(join(source, "icons", `${name}.svg`), "utf8")
    .replace(/^.*?<svg[^>]*>/s, "")
    .replace(/<\/svg>.*$/s, "")
    .replace(/\s*\n\s*/g, "")
    .replaceAll(" />", "/>");
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
}

const symbols = [...new Set(ICONS)].sort().map(symbolOf);
const head = `<!-- Lucide ${VERSION}, ISC licence: see LICENSE. Made by tools/icons.js. -->`;
mkdirSync(TARGET, { recursive: true });
writeFileSync(`${TARGET}/lucide.svg`, `${head}\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
writeFileSync(`${TARGET}/LICENSE`, readFileSync(join(source, "LICENSE")));
rmSync(folder, { recursive: true });
