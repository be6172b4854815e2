import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");

const sourceOf = (folder) =>
  readdirSync(new URL(folder, ROOT))
    .map((name) => read(`${folder}/${name}`))
    .join("\n");

/** The keys of the page's messages; _expressions.html is included in both templates. */
function keysIn(template) {
  const text = read(template) + read("templates/_expressions.html");
  return [...text.matchAll(/<dt>([\w.]+)<\/dt>/g)].map(([, key]) => key);
}

/** Whether a script names the key, or builds it: `problem.${camera}.title`. */
function isUsed(key, source) {
  if (source.includes(`"${key}"`)) return true;
  const patterns = [...source.matchAll(/`([\w.]*\$\{[^`]*)`/g)].map(([, literal]) =>
    literal.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}+/g, "\\w+"),
  );
  return patterns.some((pattern) => /^[\w\\.+]+$/.test(pattern) && new RegExp(`^${pattern}$`).test(key));
}

const PAGES = {
  "student's page": ["static/js/room", "templates/room/_messages.html"],
  "live page": ["static/js/live", "templates/dashboards/_messages.html"],
};

for (const [page, [folder, template]] of Object.entries(PAGES)) {
  test(`the scripts of the ${page} find each message that they name`, () => {
    const keys = new Set(keysIn(template));
    const named = [...sourceOf(folder).matchAll(/messages\("([\w.]+)"/g)].map(([, key]) => key);
    assert.deepEqual(
      named.filter((key) => !keys.has(key)),
      [],
    );
  });

  test(`the scripts of the ${page} use each message of its template`, () => {
    const source = sourceOf(folder);
    assert.deepEqual(
      keysIn(template).filter((key) => !isUsed(key, source)),
      [],
    );
  });
}
