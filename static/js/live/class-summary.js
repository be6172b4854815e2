// What a teacher reads in one look, from two metres: one number, what students say, at most one suggestion.

import { percent, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { isStarting, reasonOf } from "./state.js";

const SNOOZE_MS = 10 * 60 * 1000;
const SAID = ["lost", "too_fast", "too_slow", "too_hard", "too_easy", "pace_right", "difficulty_right", "wrong_reading"];

export function openClassSummary({ parts, messages }) {
  const snoozed = new Map(); // code -> until when, by a clock that nobody sets
  let shown = null;
  parts.snooze.addEventListener("click", () => {
    if (shown) snoozed.set(shown.code, performance.now() + SNOOZE_MS);
    parts.suggestion.hidden = true;
  });

  return function draw(state) {
    (state.sees_readings ? drawNumber : drawPresence)(parts, messages, state);
    drawSaid(parts, messages, state.said);
    drawFormulas(parts, messages, state.formulas);
    shown = state.suggestion;
    parts.suggestion.hidden = !shown || performance.now() < (snoozed.get(shown.code) ?? 0);
    write(parts.suggestionText, shown?.text ?? "");
    write(parts.suggestionReason, shown?.reason ?? "");
  };
}

function drawNumber(parts, messages, state) {
  const { now, present } = state;
  const isShown = typeof now.mean === "number";
  parts.number.classList.toggle("is-words", !isShown);
  parts.number.dataset.band = now.band ?? "";
  write(parts.number, isShown ? percent(now.mean) : messages(now.hidden ? "number.too_few" : "number.nobody"));
  write(parts.band, isShown ? bandLabel(messages, now) : now.hidden ? messages("number.fewer") : "");
  const leftOut = now.measured - now.counted;
  write(parts.measured, messages(measuredKey(now, leftOut, present), { measured: now.measured, present, left_out: leftOut }));
  write(parts.why, isShown || now.hidden ? "" : whyNobody(state, messages));
}

function measuredKey({ hidden, blurred, low, measured }, leftOut, present) {
  if (blurred && low !== null) return "number.about";
  if (blurred) return measured < present ? "number.at_least" : "number.measured";
  if (hidden) return "number.up_to";
  return leftOut > 0 ? "number.left_out" : "number.measured";
}

/** In the words of the seats below: why none of those who are here is measured now. */
function whyNobody(state, messages) {
  const counts = new Map();
  for (const student of state.students.values()) {
    if (!student.here) continue;
    const reason = whyNot(student, state, messages);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  if (!counts.size) return messages("number.why_nobody_here");
  const most = [...counts].sort(([, a], [, b]) => b - a);
  return most.map(([reason, count]) => messages("number.why", { count, reason })).join(" · ");
}

function whyNot(student, state, messages) {
  return isStarting(student, state) ? messages("status.starting") : reasonOf(state, student.status);
}

function bandLabel(messages, { band, low, high, blurred }) {
  const word = messages(`band.${band}`);
  if (blurred && typeof low !== "number") return messages("number.coarse", { word });
  if (typeof low !== "number") return messages("number.no_band", { word });
  return messages("number.band", { word, low: percent(low), high: percent(high) });
}

function drawPresence(parts, messages, { students, present }) {
  const camera = [...students.values()].filter(({ here, status }) => here && status === "camera_on").length;
  write(parts.number, String(present));
  write(parts.measured, camera ? messages("number.present", { camera }) : "");
}

function drawFormulas(parts, messages, formulas) {
  parts.formulas.hidden = formulas.length === 0;
  if (!formulas.length) return write(parts.formulas, "");
  const { version, at } = formulas.at(-1);
  write(parts.formulas, messages("formulas", { time: timeOfDay(at), version }));
}

function drawSaid(parts, messages, said) {
  const spoken = SAID.filter((word) => said[word]);
  parts.saidNothing.hidden = spoken.length > 0;
  const signature = spoken.map((word) => `${word} ${said[word]}`).join();
  if (parts.said.dataset.signature === signature) return;
  parts.said.dataset.signature = signature;
  parts.said.replaceChildren(...spoken.map((word) => saidLine(messages(`said.${word}`), said[word])));
}

function saidLine(word, count) {
  const line = document.createElement("li");
  const number = document.createElement("strong");
  number.textContent = count;
  line.append(number, ` ${word}`);
  return line;
}
