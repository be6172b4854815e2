/** One student, opened from Students or List: what they share, and nothing else. */

import { percent, timeOfDay } from "../lib/format.js";
import { partsOf, write } from "../lib/parts.js";
import { post } from "../lib/post.js";
import { react } from "./charts.js";
import { fillTable } from "./data-table.js";
import { ownFigure } from "./own-figure.js";
import { html, render } from "../lib/render.js";
import { statusOf } from "./roster.js";
import { reasonOf, stripOf } from "./state.js";
import { isCameraOn } from "./strip.js";
import { colours } from "./theme.js";

// Stands for the participant in the address that the template writes.
const PLACEHOLDER_ID = "00000000-0000-0000-0000-000000000000";

/** @param {{dialog: HTMLDialogElement, removeUrl: string, messages: Messages}} options */
export function openDrawer({ dialog, removeUrl, messages }) {
  const parts = /** @type {DrawerParts} */ (partsOf(dialog));
  const { drawerRemove, remove, removeFailed } = parts;
  let shownId = "";
  /** @type {LiveState | null} */
  let latest = null;
  remove?.addEventListener("click", removeStudent);
  parts.drawerTable.closest("details")?.addEventListener("toggle", () => latest && draw(latest));

  async function removeStudent() {
    // Meanwhile the teacher may open another student.
    const id = shownId;
    if (removeFailed) write(removeFailed, "");
    try {
      await post(removeUrl.replace(PLACEHOLDER_ID, id));
      if (id === shownId) dialog.close();
    } catch {
      if (removeFailed && id === shownId) write(removeFailed, messages("post.failed"));
    }
  }

  /** @param {LiveState} state */
  function draw(state) {
    latest = state;
    if (!dialog.open) return;
    const student = state.students.get(shownId);
    if (!student) return dialog.close();
    write(parts.drawerName, student.name);
    const facts = factsOf(student, state, messages);
    render(
      facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`),
      parts.drawerFacts,
    );
    const showsLine = state.sees_readings && student.level === "own_line";
    parts.drawerLine.hidden = !showsLine;
    parts.drawerPrivate.hidden = !(state.sees_readings && student.level === "class_only");
    if (drawerRemove) drawerRemove.hidden = !student.here;
    if (showsLine) drawLine(parts, student, stripOf(state, shownId), state, messages);
  }

  return {
    draw,
    /**
     * @param {string} id
     * @param {LiveState} state
     */
    open(id, state) {
      shownId = id;
      if (drawerRemove) drawerRemove.open = false;
      if (removeFailed) write(removeFailed, "");
      dialog.showModal();
      draw(state);
    },
  };
}

/**
 * @param {Student} student
 * @param {LiveState} state
 * @param {Messages} messages
 */
function factsOf(student, state, messages) {
  const { text } = statusOf(student, state, messages);
  const { baseline, expression, score } = student;
  const facts = [
    ["drawer.now", text],
    [isCameraOn(student.status) ? "drawer.camera_since" : "drawer.since", timeOfDay(student.since)],
    ["drawer.joined", timeOfDay(student.joined)],
  ];
  if (state.sees_readings) facts.push(["drawer.shares", messages(`level.${student.level ?? "none"}`)]);
  if (typeof student.coverage === "number") {
    facts.push(["drawer.measured", messages("drawer.of_time", { percent: percent(student.coverage) })]);
  }
  if (student.level === "own_line") {
    facts.push(["drawer.expression", expression ? messages(`expression.${expression}`) : "–"]);
    facts.push(["drawer.score", typeof score === "number" ? percent(score) : "–"]);
    facts.push(["drawer.baseline", typeof baseline === "number" ? percent(baseline) : messages("drawer.no_baseline")]);
  }
  return facts.map(([key, value]) => [messages(key), value]);
}

/**
 * @param {DrawerParts} parts
 * @param {Student} student
 * @param {StripStep[]} steps
 * @param {LiveState} state
 * @param {Messages} messages
 */
function drawLine(parts, { baseline }, steps, state, messages) {
  const width = parts.drawerPlot.clientWidth;
  react(parts.drawerPlot, ownFigure({ steps, step: state.step, baseline, width, colour: colours(), messages }));
  if (!parts.drawerTable.closest("details")?.open) return;
  const rows = steps
    .filter(({ code }) => code !== null)
    .toReversed()
    .map(({ at, code, score }) => [
      timeOfDay(at),
      score === null ? reasonOf(state, code ?? "") : percent(score / 100),
    ]);
  fillTable(parts.drawerTable, [messages("chart.time"), messages("chart.score")], rows);
}
