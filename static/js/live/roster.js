/** The two views with names: students as cards, and the list with strips. */

import { elapsed, inShape, isolated, percent, timeOfDay } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { html, keptEntries, nothing, render, repeat } from "../lib/render.js";
import { answerText, answersOf, openListOrder } from "./list-order.js";
import { byName, isStarting, reasonOf, stripOf } from "./state.js";
import { countsOf, drawStrip, openStrips } from "./strip.js";

/** @typedef {import("./list-order.js").AnswerFacts} AnswerFacts */

/**
 * A student's status as it is shown. The sign stands beside words, so that no meaning is in a colour alone.
 *
 * @typedef {object} Status
 * @property {string} sign the name of an icon, or a mark
 * @property {"up" | "down" | "calm" | "gap" | "away"} kind
 * @property {string} text
 */

/** @type {Record<string, string>} */
const ARROWS = { up: "trending-up", down: "trending-down" };

/**
 * @param {Student} student
 * @param {LiveState} state
 * @param {Messages} messages
 * @returns {Status}
 */
export function statusOf(student, state, messages) {
  const { status } = student;
  if (status === "measured") return changeOf(student, messages);
  const reason = reasonOf(state, status);
  if (status === "present") return { sign: "●", kind: "calm", text: reason };
  if (status === "camera_on") {
    return { sign: "●", kind: "calm", text: state.sees_readings ? messages("status.counted") : reason };
  }
  if (isStarting(student, state)) return { sign: "○", kind: "gap", text: messages("status.starting") };
  if (student.here) return { sign: "○", kind: "gap", text: reason };
  return { sign: "–", kind: "away", text: status === "gone" ? messages("status.gone", { time: timeOfDay(student.since) }) : reason };
}

/**
 * What is other than usual for this student; calm where nothing is, or where nobody can tell.
 *
 * @param {Student} student
 * @param {Messages} messages
 * @returns {Status}
 */
function changeOf({ baseline, change }, messages) {
  if (typeof baseline !== "number") return { sign: "●", kind: "calm", text: messages("status.no_usual") };
  if (!change) return { sign: "●", kind: "calm", text: messages("status.little_data") };
  const { direction, since } = change;
  if (direction === "steady") return { sign: "●", kind: "calm", text: messages("status.as_usual") };
  const time = since ? inShape("minute", since) : "";
  return { sign: ARROWS[direction], kind: direction, text: messages(`status.${direction}`, { time }) };
}

/** @param {string} sign */
const signView = (sign) => (sign.length > 1 ? icon(sign, "small") : html`<span class="student-mark">${sign}</span>`);

/** @typedef {{parts: LiveParts, messages: Messages, onOpen: (id: string) => void}} ViewOptions */

/**
 * Those in class have a card; those who have gone are listed below, without one.
 *
 * @param {ViewOptions} options
 */
export function openCards({ parts, messages, onOpen }) {
  const kept = keptEntries();
  return function draw(/** @type {LiveState} */ state) {
    const students = byName(state);
    const here = students.filter(([, student]) => student.here);
    const left = students.filter(([, student]) => !student.here);
    parts.nobody.hidden = here.length > 0;
    parts.leftPlace.hidden = left.length === 0;
    const hands = new Map(state.activities.hands.map(({ participant, since }) => [participant, since]));
    kept.begin();
    const cards = repeat(
      here,
      ([id]) => id,
      ([id, student]) => {
        const status = statusOf(student, state, messages);
        return kept.entry(id, [student.name, status.kind, status.text, hands.has(id)], () =>
          studentCard(student.name, status, hands.has(id), () => onOpen(id)),
        );
      },
    );
    render(cards, parts.students);
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
function studentCard(name, { sign, kind, text }, hasHandUp, onClick) {
  return html`<li data-kind=${kind}>
    <button type="button" class="student-card" @click=${onClick}>
      <strong class="student-name"><bdi>${name}</bdi></strong>
      ${hasHandUp ? html`<span class="student-hand">${icon("hand", "small")}</span>` : nothing}
      <span class="student-now">${signView(sign)} ${text}</span>
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
  // The students whose strips are observed, in the order of the rows.
  let observed = "";
  const kept = keptEntries();
  const hasStrip = parts.listHead.querySelector(".strip-column") !== null;
  const order = openListOrder({ head: parts.listHead, search: parts.listSearch, onChange: () => latest && draw(latest) });
  const strips = openStrips((canvas, size, colour) => {
    const { id = "" } = canvas.dataset;
    const steps = stripOf(latest, id);
    drawStrip(canvas, steps, size, colour);
    canvas.setAttribute("aria-label", stripLabel(steps, latest.students.get(id)?.name ?? "", latest, messages));
  });

  function draw(/** @type {LiveState} */ state) {
    latest = state;
    const facts = answersOf(state.activities);
    const students = order.apply(byName(state), facts);
    parts.listNothing.hidden = students.length > 0 || !order.isSearching;
    kept.begin();
    const rows = repeat(
      students,
      ([id]) => id,
      ([id, student]) => listRow({ id, student, state, facts, kept, messages, hasStrip, onClick: () => onOpen(id) }),
    );
    render(rows, parts.list);
    if (!hasStrip) return;
    const shown = students.map(([id]) => id).join();
    if (shown !== observed) strips.observe(parts.list.querySelectorAll("canvas"));
    observed = shown;
    strips.draw();
  }
  return draw;
}

/**
 * The strip is labelled with the name alone until it comes into view.
 *
 * @typedef {object} Row
 * @property {string} id
 * @property {Student} student
 * @property {LiveState} state
 * @property {AnswerFacts} facts
 * @property {Messages} messages
 * @property {boolean} hasStrip
 * @property {() => void} onClick
 *
 * @param {Row & {kept: ReturnType<typeof keptEntries>}} row
 */
function listRow({ kept, ...row }) {
  const { id, student, state, facts, messages } = row;
  const since = facts.hands.get(id);
  const hand = since ? messages("status.hand", { time: elapsed(state.server_time - since) }) : "";
  const answer = student.here ? answerText(id, facts, messages) : "";
  const status = statusOf(student, state, messages);
  const share = shareOf(student.coverage);
  const madeOf = [student.name, status.kind, status.text, hand, answer, share];
  return kept.entry(id, madeOf, () => rowOf(row, { status, hand, answer, share }));
}

/**
 * @param {Row} row
 * @param {{status: Status, hand: string, answer: string, share: string}} texts
 */
function rowOf({ id, student, state, hasStrip, onClick }, { status, hand, answer, share }) {
  return html`<tr data-kind=${status.kind}>
    <th scope="row"><button type="button" class="link-button" @click=${onClick}><bdi>${student.name}</bdi></button></th>
    <td class="list-now">${signView(status.sign)} ${status.text}</td>
    <td>${hand ? html`${icon("hand", "small")} ${hand}` : nothing}</td>
    <td>${answer}</td>
    ${state.sees_readings ? html`<td class="number">${share}</td>` : nothing}
    ${hasStrip ? html`<td><canvas class="strip" role="img" data-id=${id} aria-label=${student.name}></canvas></td>` : nothing}
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
