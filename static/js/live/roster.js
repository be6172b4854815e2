// The two views with names: seats as cards, and the list with strips.

import { isolated, percent, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { keyedList } from "./keyed-list.js";
import { byName, isStarting, reasonOf, stripOf } from "./state.js";
import { countsOf, drawStrip, openStrips } from "./strip.js";

/** What a student's place says now: {mark, text, score}. The mark is a sign, so that no meaning is in a colour alone. */
export function saysNow(student, state, messages) {
  if (student.status === "measured") {
    const text = student.expression && messages("status.looks", { expression: messages(`expression.${student.expression}`) });
    return { mark: "●", kind: "measured", text: text ?? "", score: student.score };
  }
  const reason = reasonOf(state, student.status);
  if (student.status === "camera_on") {
    const text = state.sees_readings ? messages("status.counted") : reason;
    return { mark: "●", kind: "measured", text, score: null };
  }
  if (isStarting(student, state)) return { mark: "○", kind: "gap", text: messages("status.starting"), score: null };
  const gone = () => (student.status === "gone" ? messages("status.gone", { time: timeOfDay(student.since) }) : reason);
  const text = student.here ? messages("status.not_measured", { reason }) : gone();
  return { mark: student.here ? "○" : "–", kind: student.here ? "gap" : "away", text, score: null };
}

export function openSeats({ parts, messages, onOpen }) {
  const update = keyedList(parts.seats, (id) => seatCard(id, onOpen));
  return function draw(state) {
    const entries = byName(state.students);
    parts.nobody.hidden = entries.length > 0;
    update(entries, (card, student) => {
      const { mark, kind, text, score } = saysNow(student, state, messages);
      card.dataset.kind = kind;
      const [name, now, value] = card.firstChild.children;
      write(name, student.name);
      write(now, `${mark} ${text}`);
      write(value, score === null || score === undefined ? "" : percent(score));
    });
  };
}

function seatCard(id, onOpen) {
  const card = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "seat";
  button.append(part("strong", "seat-name"), part("span", "seat-now"), part("span", "seat-score"));
  button.firstChild.dir = "auto";
  button.addEventListener("click", () => onOpen(id));
  card.append(button);
  return card;
}

export function openList({ parts, messages, onOpen }) {
  let latest = null;
  const strips = openStrips((canvas, size, colour) => {
    const { id } = canvas.dataset;
    const steps = stripOf(latest, id);
    drawStrip(canvas, steps, size, colour);
    canvas.setAttribute("aria-label", stripLabel(steps, latest.students.get(id).name, latest, messages));
  });
  const update = keyedList(
    parts.list,
    (id) => listRow(id, onOpen, parts, strips),
    (row) => strips.remove(row.querySelector("canvas")),
  );

  return function draw(state) {
    latest = state;
    strips.measure();
    update(byName(state.students), (row, student) => fillRow(row, student, state, messages));
    strips.draw();
  };
}

function fillRow(row, student, state, messages) {
  const { mark, kind, text, score } = saysNow(student, state, messages);
  row.dataset.kind = kind;
  const canvas = row.querySelector("canvas");
  if (!canvas.hasAttribute("aria-label")) canvas.setAttribute("aria-label", student.name); // until it comes into view
  write(row.querySelector(".link-button"), student.name);
  const value = typeof score === "number" ? ` · ${percent(score)}` : "";
  write(row.cells[1], `${mark} ${text}${value}`);
  if (state.sees_readings) write(row.cells[2], share(student.coverage));
}

function listRow(id, onOpen, parts, strips) {
  const row = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  const button = part("button", "link-button");
  button.type = "button";
  button.dir = "auto";
  button.addEventListener("click", () => onOpen(id));
  name.append(button);
  row.append(name, ...Array.from(parts.list.closest("table").tHead.rows[0].cells, () => document.createElement("td")).slice(1));
  const canvas = part("canvas", "strip");
  canvas.setAttribute("role", "img");
  canvas.dataset.id = id;
  strips.add(canvas);
  row.lastChild.append(canvas);
  if (row.cells.length > 3) row.cells[2].className = "number";
  return row;
}

function stripLabel(steps, name, state, messages) {
  const counts = [...countsOf(steps)].sort(([, a], [, b]) => b - a);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const parts = counts.map(([code, count]) => {
    return `${reasonOf(state, code)} ${percent(count / total)}`;
  });
  return messages("strip", { name: isolated(name), parts: parts.join(", ") });
}

function share(value) {
  return typeof value === "number" ? percent(value) : "–";
}

function part(tag, className) {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}
