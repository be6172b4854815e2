/** The two views with names: seats as cards, and the list with strips. */

import { elapsed, isolated, percent, timeOfDay } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { html, keptEntries, nothing, render, repeat } from "../lib/render.js";
import { answerText, answersOf, openListOrder } from "./list-order.js";
import { byName, isStarting, reasonOf, stripOf } from "./state.js";
import { countsOf, drawStrip, openStrips } from "./strip.js";

/** @typedef {import("./list-order.js").AnswerFacts} AnswerFacts */

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
  if (status === "present") return { mark: "●", kind: "measured", text: reason, score: null };
  if (status === "camera_on") {
    const text = state.sees_readings ? messages("status.counted") : reason;
    return { mark: "●", kind: "measured", text, score: null };
  }
  if (isStarting(student, state)) return { mark: "○", kind: "gap", text: messages("status.starting"), score: null };
  if (student.here) return { mark: "○", kind: "gap", text: reason, score: null };
  const text = status === "gone" ? messages("status.gone", { time: timeOfDay(student.since) }) : reason;
  return { mark: "–", kind: "away", text, score: null };
}

/** @typedef {{parts: LiveParts, messages: Messages, onOpen: (id: string) => void}} ViewOptions */

/**
 * Those in class have a card; those who have gone are listed below, without one.
 *
 * @param {ViewOptions} options
 */
export function openSeats({ parts, messages, onOpen }) {
  const kept = keptEntries();
  return function draw(/** @type {LiveState} */ state) {
    const students = byName(state.students);
    const here = students.filter(([, student]) => student.here);
    const left = students.filter(([, student]) => !student.here);
    parts.nobody.hidden = here.length > 0;
    parts.leftPlace.hidden = left.length === 0;
    const hands = new Map(state.activities.hands.map(({ participant, since }) => [participant, since]));
    kept.begin();
    const cards = repeat(
      here,
      ([id]) => id,
      ([id, student]) =>
        kept.entry(id, [student, hands.has(id), isStarting(student, state)], () =>
          seatCard(student.name, statusOf(student, state, messages), hands.has(id), () => onOpen(id)),
        ),
    );
    render(cards, parts.seats);
    const names = repeat(
      left,
      ([id]) => id,
      ([id, student]) => leftLine(student, statusOf(student, state, messages).text, () => onOpen(id)),
    );
    render(names, parts.left);
  };
}

/**
 * @param {string} name
 * @param {Status} status
 * @param {boolean} hasHandUp
 * @param {() => void} onClick
 */
function seatCard(name, { mark, kind, text, score }, hasHandUp, onClick) {
  return html`<li data-kind=${kind}>
    <button type="button" class="seat" @click=${onClick}>
      <strong class="seat-name" dir="auto">${name}</strong>
      <span class="seat-now">${hasHandUp ? icon("hand", "small") : nothing} ${mark} ${text}</span>
      <span class="seat-score">${score === null ? "" : percent(score)}</span>
    </button>
  </li>`;
}

/**
 * @param {Student} student
 * @param {string} text
 * @param {() => void} onClick
 */
function leftLine({ name }, text, onClick) {
  return html`<li><button type="button" class="link-button" @click=${onClick}><bdi>${name}</bdi></button> ${text}</li>`;
}

/** @param {ViewOptions} options */
export function openList({ parts, messages, onOpen }) {
  /** @type {LiveState} */
  let latest;
  const kept = keptEntries();
  const order = openListOrder({ head: parts.listHead, search: parts.listSearch, onChange: () => latest && draw(latest) });
  const strips = openStrips((canvas, size, colour) => {
    const { id = "" } = canvas.dataset;
    const steps = stripOf(latest, id);
    drawStrip(canvas, steps, size, colour);
    canvas.setAttribute("aria-label", stripLabel(steps, latest.students.get(id)?.name ?? "", latest, messages));
  });

  function draw(/** @type {LiveState} */ state) {
    latest = state;
    strips.measure();
    const facts = answersOf(state.activities);
    const students = order.apply(byName(state.students), facts);
    parts.listNothing.hidden = students.length > 0 || !order.isSearching;
    kept.begin();
    const rows = repeat(
      students,
      ([id]) => id,
      ([id, student]) => listRow({ id, student, state, facts, kept, messages, onClick: () => onOpen(id) }),
    );
    render(rows, parts.list);
    strips.observe(parts.list.querySelectorAll("canvas"));
    strips.draw();
  }
  return draw;
}

/**
 * The strip is labelled with the name alone until it comes into view.
 *
 * @typedef {{id: string, student: Student, state: LiveState, facts: AnswerFacts, messages: Messages, onClick: () => void}} Row
 *
 * @param {Row & {kept: ReturnType<typeof keptEntries>}} row
 */
function listRow({ kept, ...row }) {
  const { id, student, state, facts, messages } = row;
  const since = facts.hands.get(id);
  const hand = since ? messages("status.hand", { time: elapsed(state.server_time - since) }) : "";
  const answer = student.here ? answerText(id, facts, messages) : "";
  return kept.entry(id, [student, hand, answer, isStarting(student, state)], () => rowOf(row, hand, answer));
}

/**
 * @param {Row} row
 * @param {string} hand
 * @param {string} answer
 */
function rowOf({ id, student, state, messages, onClick }, hand, answer) {
  const { mark, kind, text, score } = statusOf(student, state, messages);
  const now = `${mark} ${text}${score === null ? "" : ` · ${percent(score)}`}`;
  return html`<tr data-kind=${kind}>
    <th scope="row"><button type="button" class="link-button" dir="auto" @click=${onClick}>${student.name}</button></th>
    <td>${now}</td>
    <td>${hand ? html`${icon("hand", "small")} ${hand}` : nothing}</td>
    <td>${answer}</td>
    ${state.sees_readings ? html`<td class="number">${shareOf(student.coverage)}</td>` : nothing}
    ${hasStrips() ? html`<td><canvas class="strip" role="img" data-id=${id} aria-label=${student.name}></canvas></td>` : nothing}
  </tr>`;
}

const hasStrips = () => document.querySelector(".strip-column") !== null;

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
