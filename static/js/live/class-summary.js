/** The top of the live page: who is there, and the class average of the last minute against the class's own usual. */

import { inShape, percent, percentage, timeOfDay } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { write } from "../lib/parts.js";
import { html, nothing, render } from "../lib/render.js";
import { isStarting, reasonOf } from "./state.js";

/** @type {Record<string, string>} */
const ARROWS = { up: "trending-up", down: "trending-down", steady: "minus" };

/** @param {{parts: LiveParts, messages: Messages}} options */
export function openClassSummary({ parts, messages }) {
  return function draw(/** @type {LiveState} */ state) {
    write(parts.present, String(state.present));
    if (parts.camerasPaused) parts.camerasPaused.hidden = !state.cameras_paused;
    drawFormulas(parts, messages, state.formulas);
    if (parts.number) drawNumber(/** @type {LiveParts & AverageParts} */ (parts), messages, state);
  };
}

/**
 * @param {LiveParts & AverageParts} parts
 * @param {Messages} messages
 * @param {LiveState} state
 */
function drawNumber(parts, messages, state) {
  const { now, present, trend } = state;
  parts.number.classList.toggle("is-text", !trend);
  write(parts.number, trend ? percent(trend.mean) : messages(now.hidden ? "number.too_few" : "number.nobody"));
  write(parts.band, trend ? rangeText(messages, trend, now) : "");
  drawTrend(parts.trend, messages, trend);
  const leftOut = now.measured - now.counted;
  const counts = { measured: now.measured, present, left_out: leftOut };
  write(parts.measured, messages(measuredKey(now, leftOut, present), counts));
  const isEmpty = !trend && !now.hidden && typeof now.mean !== "number";
  write(parts.why, isEmpty ? whyNobody(state, messages) : "");
}

/**
 * @param {HTMLElement} part
 * @param {Messages} messages
 * @param {Trend | null} trend
 */
function drawTrend(part, messages, trend) {
  const direction = trend?.direction ?? "";
  part.hidden = !direction;
  part.dataset.trend = direction === "steady" ? "flat" : direction;
  if (!trend || !direction) return;
  const since = messages(`trend.${direction}`, { time: trend.since ? inShape("minute", trend.since) : "" });
  const usual = trend.usual === null || direction === "steady" ? nothing : html`<span class="soft">· ${messages("trend.usual", { usual: percent(trend.usual) })}</span>`;
  render(html`${icon(ARROWS[direction])}<span>${since}</span> ${usual}`, part);
}

/**
 * @param {Messages} messages
 * @param {Trend} trend
 * @param {ClassNow} now
 */
function rangeText(messages, { low, high }, { blurred }) {
  if (low !== null && high !== null) return messages("number.range", { low: percentage(low), high: percent(high) });
  return messages(blurred ? "number.coarse" : "number.few");
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
 * Why there is no data of the students in class: their reasons as on their cards, the most frequent first.
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
