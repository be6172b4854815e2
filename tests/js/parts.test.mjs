import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");

/** The data-part names in these templates. */
function partsIn(...templates) {
  const names = templates.flatMap((template) => [...read(template).matchAll(/data-part="(\w+)"/g)]);
  return new Set(names.map(([, name]) => name));
}

/** The names that these types of a .d.ts file list: "name" in a Record, `name: HTMLElement` beside it. */
function partsOfTypes(file, ...types) {
  const source = read(file);
  const names = types.flatMap((type) => {
    const [block] = source.match(new RegExp(`type ${type} =[\\s\\S]*?;\\n(?=\\n|$)`));
    return [...block.matchAll(/"(\w+)"|^\s+(\w+)\??: HTML/gm)];
  });
  return new Set(names.map(([, listed, typed]) => listed ?? typed));
}

test("the student's page has the parts that its scripts expect", () => {
  const templates = readdirSync(new URL("templates/room", ROOT)).map((name) => `templates/room/${name}`);
  assert.deepEqual([...partsOfTypes("types/room.d.ts", "RoomParts", "CameraParts")].sort(), [...partsIn(...templates)].sort());
});

test("the live page has the parts that its scripts expect", () => {
  const live = partsOfTypes("types/live.d.ts", "ChartParts", "AverageParts", "LiveParts", "DrawerParts", "KeysParts");
  const expected = new Set([...live, ...partsOfTypes("types/ask.d.ts", "AskParts")]);
  const templates = partsIn(
    "templates/dashboards/live.html",
    "templates/activities/_ask_panel.html",
    "templates/activities/_ask_dialog.html",
  );
  assert.deepEqual([...expected].sort(), [...templates].sort());
});
