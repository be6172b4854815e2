// One student, opened from Seats or List: what they share, and nothing else.

import { percent, timeOfDay } from "../lib/format.js";
import { partsOf, write } from "../lib/parts.js";
import { post } from "../lib/post.js";
import { react } from "./charts.js";
import { saysNow } from "./roster.js";
import { ownFigure } from "./plots.js";
import { reasonOf, stripOf } from "./state.js";
import { isCameraOn } from "./strip.js";
import { fillTable } from "./data-table.js";
import { colours } from "./theme.js";

const NOBODY = "00000000-0000-0000-0000-000000000000"; // stands for the participant in the template's address

export function openDrawer({ dialog, removeUrl, messages }) {
  const parts = partsOf(dialog);
  let shownId = null;
  let latest = null;
  parts.remove?.addEventListener("click", remove);
  parts.drawerTable.closest("details").addEventListener("toggle", () => latest && draw(latest));

  async function remove() {
    write(parts.removeFailed, "");
    try {
      await post(removeUrl.replace(NOBODY, shownId));
      dialog.close();
    } catch {
      write(parts.removeFailed, messages("post.failed"));
    }
  }

  function draw(state) {
    latest = state;
    if (!dialog.open) return;
    const student = state.students.get(shownId);
    if (!student) return dialog.close();
    write(parts.drawerName, student.name);
    fillFacts(parts.drawerFacts, facts(student, state, messages));
    const showsLine = state.sees_readings && student.level === "own_line";
    parts.drawerLine.hidden = !showsLine;
    parts.drawerPrivate.hidden = !(state.sees_readings && student.level === "class_only");
    if (parts.drawerRemove) parts.drawerRemove.hidden = !student.here;
    if (showsLine) drawLine(parts, student, stripOf(state, shownId), state, messages);
  }

  return {
    draw,
    open(id, state) {
      shownId = id;
      if (parts.drawerRemove) parts.drawerRemove.open = false;
      if (parts.removeFailed) write(parts.removeFailed, "");
      dialog.showModal();
      draw(state);
    },
  };
}

function facts(student, state, messages) {
  const { text, score } = saysNow(student, state, messages);
  const rows = [
    ["drawer.now", text],
    [isCameraOn(student.status) ? "drawer.camera_since" : "drawer.since", timeOfDay(student.since)],
    ["drawer.joined", timeOfDay(student.joined)],
  ];
  if (state.sees_readings) rows.push(["drawer.shares", messages(`level.${student.level ?? "none"}`)]);
  if (typeof student.coverage === "number") {
    rows.push(["drawer.measured", messages("drawer.of_time", { percent: percent(student.coverage) })]);
  }
  if (student.level === "own_line") {
    rows.push(["drawer.score", typeof score === "number" ? percent(score) : "–"]);
    const isKnown = typeof student.baseline === "number";
    rows.push(["drawer.baseline", isKnown ? percent(student.baseline) : messages("drawer.no_baseline")]);
  }
  return rows.map(([key, value]) => [messages(key), value]);
}

function fillFacts(list, rows) {
  const signature = JSON.stringify(rows);
  if (list.dataset.signature === signature) return;
  list.dataset.signature = signature;
  list.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const [term, description] = [document.createElement("dt"), document.createElement("dd")];
      [term.textContent, description.textContent] = [name, value];
      return [term, description];
    }),
  );
}

function drawLine(parts, student, steps, state, messages) {
  const known = steps.filter(({ code }) => code !== null);
  const { step } = state;
  const width = parts.drawerPlot.clientWidth;
  react(parts.drawerPlot, ownFigure({ steps, step, baseline: student.baseline, width, colour: colours(), messages }));
  if (!parts.drawerTable.closest("details").open) return;
  const rows = known.toReversed().map(({ at, code, score }) => [
    timeOfDay(at),
    score === null ? reasonOf(state, code) : percent(score / 100),
  ]);
  fillTable(parts.drawerTable, [messages("chart.time"), messages("chart.score")], rows);
}
