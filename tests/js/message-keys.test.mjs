import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");

const sourceOf = (...folders) =>
  folders
    .flatMap((folder) => readdirSync(new URL(folder, ROOT)).map((name) => read(`${folder}/${name}`)))
    .join("\n");

/** The keys of the page's messages, with those of the templates that it includes. */
function keysIn(template) {
  const text = withIncludes(read(template));
  return [...text.matchAll(/<dt>([\w.]+)<\/dt>/g)].map(([, key]) => key);
}

const withIncludes = (text) =>
  text.replaceAll(/\{% include "([\w/]+_\w+\.html)" %\}/g, (_, included) => withIncludes(read(`templates/${included}`)));

/** Whether a script names the key, or builds it: `problem.${camera}.title`. */
function isUsed(key, source) {
  if (source.includes(`"${key}"`)) return true;
  const patterns = [...source.matchAll(/`([\w.]*\$\{[^`]*)`/g)].map(([, literal]) =>
    literal.replaceAll(".", "\\.").replaceAll(/\$\{[^}]*\}+/g, "\\w+"),
  );
  return patterns.some((pattern) => /^[\w\\.+]+$/.test(pattern) && new RegExp(`^${pattern}$`).test(key));
}

const PAGES = {
  "student's page": [["static/js/room", "static/js/activities"], "templates/room/_messages.html"],
  "live page": [["static/js/live"], "templates/dashboards/_messages.html"],
  "asking on the live page": [["static/js/ask", "static/js/activities"], "templates/activities/_ask_messages.html"],
  projector: [["static/js/projector", "static/js/activities"], "templates/activities/_projector_messages.html"],
};

for (const [page, [folders, template]] of Object.entries(PAGES)) {
  test(`the scripts of the ${page} find each message that they name`, () => {
    const keys = new Set(keysIn(template));
    const named = [...sourceOf(...folders).matchAll(/messages\("([\w.]+)"/g)].map(([, key]) => key);
    assert.deepEqual(
      named.filter((key) => !keys.has(key)),
      [],
    );
  });

  test(`the scripts of the ${page} use each message of its template`, () => {
    const source = sourceOf(...folders);
    assert.deepEqual(
      keysIn(template).filter((key) => !isUsed(key, source)),
      [],
    );
  });
}
