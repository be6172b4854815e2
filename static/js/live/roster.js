/** The two views with names: seats as cards, and the list with strips. */

import { isolated, percent, timeOfDay } from "../lib/format.js";
import { html, nothing, render, repeat } from "../lib/render.js";
import { byName, isStarting, reasonOf, stripOf } from "./state.js";
import { countsOf, drawStrip, openStrips } from "./strip.js";

/**
 * A student's status as it is shown. The mark is a sign, so that no meaning is in a colour alone.
 *
 * @typedef {object} Status
 * @property {"●" | "○" | "–"} mark
 * @property {"measured" | "gap" | "away"} kind
 * @property {string} text
 * @property {number | null} score
 */

/**
 * @param {Student} student
 * @param {LiveState} state
 * @param {Messages} messages
 * @returns {Status}
 */
export function statusOf(student, state, messages) {
  const { status, expression, score = null } = student;
  if (status === "measured") {
    const text = expression ? messages("status.looks", { expression: messages(`expression.${expression}`) }) : "";
    return { mark: "●", kind: "measured", text, score };
  }
  const reason = reasonOf(state, status);
  if (status === "camera_on") {
    const text = state.sees_readings ? messages("status.counted") : reason;
    return { mark: "●", kind: "measured", text, score: null };
  }
  if (isStarting(student, state)) return { mark: "○", kind: "gap", text: messages("status.starting"), score: null };
  if (student.here) return { mark: "○", kind: "gap", text: messages("status.not_measured", { reason }), score: null };
  const text = status === "gone" ? messages("status.gone", { time: timeOfDay(student.since) }) : reason;
  return { mark: "–", kind: "away", text, score: null };
}

/** @typedef {{parts: LiveParts, messages: Messages, onOpen: (id: string) => void}} ViewOptions */

/** @param {ViewOptions} options */
export function openSeats({ parts, messages, onOpen }) {
  return function draw(/** @type {LiveState} */ state) {
    const students = byName(state.students);
    parts.nobody.hidden = students.length > 0;
    const cards = repeat(
      students,
      ([id]) => id,
      ([id, student]) => seatCard(student.name, statusOf(student, state, messages), () => onOpen(id)),
    );
    render(cards, parts.seats);
  };
}

/**
 * @param {string} name
 * @param {Status} status
 * @param {() => void} onClick
 */
function seatCard(name, { mark, kind, text, score }, onClick) {
  return html`<li data-kind=${kind}>
    <button type="button" class="seat" @click=${onClick}>
      <strong class="seat-name" dir="auto">${name}</strong>
      <span class="seat-now">${mark} ${text}</span>
      <span class="seat-score">${score === null ? "" : percent(score)}</span>
    </button>
  </li>`;
}

/** @param {ViewOptions} options */
export function openList({ parts, messages, onOpen }) {
  /** @type {LiveState} */
  let latest;
  const strips = openStrips((canvas, size, colour) => {
    const { id = "" } = canvas.dataset;
    const steps = stripOf(latest, id);
    drawStrip(canvas, steps, size, colour);
    canvas.setAttribute("aria-label", stripLabel(steps, latest.students.get(id)?.name ?? "", latest, messages));
  });

  return function draw(/** @type {LiveState} */ state) {
    latest = state;
    strips.measure();
    const rows = repeat(
      byName(state.students),
      ([id]) => id,
      ([id, student]) => listRow({ id, student, state, messages, onClick: () => onOpen(id) }),
    );
    render(rows, parts.list);
    strips.observe(parts.list.querySelectorAll("canvas"));
    strips.draw();
  };
}

/**
 * The strip is labelled with the name alone until it comes into view.
 *
 * @param {{id: string, student: Student, state: LiveState, messages: Messages, onClick: () => void}} row
 */
function listRow({ id, student, state, messages, onClick }) {
  const { mark, kind, text, score } = statusOf(student, state, messages);
  const now = `${mark} ${text}${score === null ? "" : ` · ${percent(score)}`}`;
  return html`<tr data-kind=${kind}>
    <th scope="row"><button type="button" class="link-button" dir="auto" @click=${onClick}>${student.name}</button></th>
    <td>${now}</td>
    ${state.sees_readings ? html`<td class="number">${shareOf(student.coverage)}</td>` : nothing}
    <td><canvas class="strip" role="img" data-id=${id} aria-label=${student.name}></canvas></td>
  </tr>`;
}

/** @param {number | null | undefined} share */
const shareOf = (share) => (typeof share === "number" ? percent(share) : "–");

/**
 * "Anna: measured 80%, tab hidden 20%"
 *
 * @param {StripStep[]} steps
 * @param {string} name
 * @param {LiveState} state
 * @param {Messages} messages
 */
function stripLabel(steps, name, state, messages) {
  const counts = [...countsOf(steps)].sort(([, a], [, b]) => b - a);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const parts = counts.map(([code, count]) => `${reasonOf(state, code)} ${percent(count / total)}`);
  return messages("strip", { name: isolated(name), parts: parts.join(", ") });
}
