/** The top of the live page, read from two metres: one number, what students say, and at most one suggestion. */

import { percent, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { html, render } from "../lib/render.js";
import { isStarting, reasonOf } from "./state.js";

const SNOOZE_MS = 10 * 60 * 1000;
/** What students say, in the order of the list. */
const PULSES = ["lost", "too_fast", "too_slow", "too_hard", "too_easy", "pace_right", "difficulty_right", "wrong_reading"];

/** @param {{parts: LiveParts, messages: Messages}} options */
export function openClassSummary({ parts, messages }) {
  /**
   * Until when each suggestion stays hidden, by its code, on the monotonic clock.
   *
   * @type {Map<string, number>}
   */
  const snoozedUntil = new Map();
  /** @type {LiveState["suggestion"]} */
  let suggestion = null;
  parts.snooze.addEventListener("click", () => {
    if (suggestion) snoozedUntil.set(suggestion.code, performance.now() + SNOOZE_MS);
    parts.suggestion.hidden = true;
  });

  function drawSuggestion() {
    const until = suggestion && (snoozedUntil.get(suggestion.code) ?? 0);
    parts.suggestion.hidden = until === null || performance.now() < until;
    write(parts.suggestionText, suggestion?.text ?? "");
    write(parts.suggestionReason, suggestion?.reason ?? "");
  }

  return function draw(/** @type {LiveState} */ state) {
    if (state.sees_readings) drawNumber(parts, messages, state);
    else drawPresence(parts, messages, state);
    drawPulses(parts, messages, state.said);
    drawFormulas(parts, messages, state.formulas);
    suggestion = state.suggestion;
    drawSuggestion();
  };
}

/**
 * @param {LiveParts} parts
 * @param {Messages} messages
 * @param {LiveState} state
 */
function drawNumber(parts, messages, state) {
  const { now, present } = state;
  const mean = typeof now.mean === "number" ? now.mean : null;
  parts.number.classList.toggle("is-text", mean === null);
  parts.number.dataset.band = now.band ?? "";
  write(parts.number, mean === null ? messages(now.hidden ? "number.too_few" : "number.nobody") : percent(mean));
  const fewer = now.hidden ? messages("number.fewer") : "";
  write(parts.band, mean === null ? fewer : bandText(messages, now));
  const leftOut = now.measured - now.counted;
  const counts = { measured: now.measured, present, left_out: leftOut };
  write(parts.measured, messages(measuredKey(now, leftOut, present), counts));
  write(parts.why, mean === null && !now.hidden ? whyNobody(state, messages) : "");
}

/**
 * @param {ClassNow} now
 * @param {number} leftOut
 * @param {number} present
 */
function measuredKey({ hidden, blurred, low, measured }, leftOut, present) {
  if (blurred && low !== null) return "number.about";
  if (blurred) return measured < present ? "number.at_least" : "number.measured";
  if (hidden) return "number.up_to";
  return leftOut > 0 ? "number.left_out" : "number.measured";
}

/**
 * Why none of the students in class is measured now: their reasons as the seats show them, the most frequent first.
 *
 * @param {LiveState} state
 * @param {Messages} messages
 */
function whyNobody(state, messages) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const student of state.students.values()) {
    if (!student.here) continue;
    const reason = isStarting(student, state) ? messages("status.starting") : reasonOf(state, student.status);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  if (!counts.size) return messages("number.why_nobody_here");
  const most = [...counts].sort(([, a], [, b]) => b - a);
  return most.map(([reason, count]) => messages("number.why", { count, reason })).join(" · ");
}

/**
 * @param {Messages} messages
 * @param {ClassNow} now
 */
function bandText(messages, { band, low, high, blurred }) {
  const word = messages(`band.${band}`);
  if (typeof low === "number" && typeof high === "number") {
    return messages("number.band", { word, low: percent(low), high: percent(high) });
  }
  return messages(blurred ? "number.coarse" : "number.no_band", { word });
}

/**
 * In a mode in which the teacher sees no readings, the number is how many students are there.
 *
 * @param {LiveParts} parts
 * @param {Messages} messages
 * @param {LiveState} state
 */
function drawPresence(parts, messages, { students, present }) {
  const camera = [...students.values()].filter(({ here, status }) => here && status === "camera_on").length;
  write(parts.number, String(present));
  write(parts.measured, camera ? messages("number.present", { camera }) : "");
}

/**
 * @param {LiveParts} parts
 * @param {Messages} messages
 * @param {FormulaSince[]} formulas
 */
function drawFormulas(parts, messages, formulas) {
  const newest = formulas.at(-1);
  parts.formulas.hidden = !newest;
  const values = newest && { time: timeOfDay(newest.at), version: newest.version };
  write(parts.formulas, values ? messages("formulas", values) : "");
}

/**
 * @param {LiveParts} parts
 * @param {Messages} messages
 * @param {Record<string, number>} counts
 */
function drawPulses(parts, messages, counts) {
  const pulses = PULSES.filter((pulse) => counts[pulse]);
  parts.saidNothing.hidden = pulses.length > 0;
  const lines = pulses.map((pulse) => html`<li><strong>${counts[pulse]}</strong> ${messages(`said.${pulse}`)}</li>`);
  render(lines, parts.said);
}
