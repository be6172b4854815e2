/** The class charts in sentences and tables: what is said beside a line, and its numbers to read. */

import { percent, timeOfDay } from "../lib/format.js";
import { EXPRESSIONS } from "./class-figures.js";
import { PLACE } from "./timeline-figure.js";

/**
 * Why a chart has no line; empty for one that has.
 *
 * @param {PointAt[]} points
 * @param {Messages} messages
 * @param {"empty" | "mix"} chart
 */
function whyEmpty(points, messages, chart) {
  if (!points.length) return messages("chart.empty_soon");
  if (points.some(({ mean }) => typeof mean === "number")) return "";
  return messages(`chart.${chart}_${points.some(({ hidden }) => hidden) ? "few" : "nobody"}`);
}

/**
 * A sentence for a line that is blurred or missing; empty for an exact one.
 *
 * @param {PointAt[]} points
 * @param {Messages} messages
 */
export function lineNote(points, messages) {
  const isBlurred = points.some(({ mean, blurred }) => blurred && typeof mean === "number");
  return isBlurred ? messages("chart.line_blurred") : whyEmpty(points, messages, "empty");
}

/**
 * A sentence for expressions that are blurred or missing; empty for exact ones.
 *
 * @param {PointAt[]} points
 * @param {Messages} messages
 */
export function mixNote(points, messages) {
  const mixed = points.filter(({ mix }) => mix);
  if (mixed.length) return mixed.some(({ blurred }) => blurred) ? messages("chart.mix_blurred") : "";
  return whyEmpty(points, messages, "mix") || messages("chart.mix_coarse");
}

/** @param {Messages} messages */
export function lineHead(messages) {
  return ["time", "mean", "band", "students", "counted", "coverage"].map((key) => messages(`chart.${key}`));
}

/**
 * @param {PointAt[]} points
 * @param {Messages} messages
 */
export function lineRows(points, messages) {
  return points.map((point) => [
    timeOfDay(point.at),
    point.hidden ? messages("number.too_few") : shareText(point.mean),
    bandText(point),
    countText(point.measured, point, messages),
    countText(point.counted, point, messages),
    shareText(point.coverage),
  ]);
}

const SAID = /** @type {const} */ (["present", "lost", "too_fast", "too_slow", "hands"]);

/**
 * @param {Timeline} timeline
 * @param {Messages} messages
 */
export function timelineHead({ hasAverage }, messages) {
  const said = [...SAID, "asked"].map((key) => messages(`chart.${key}`));
  return hasAverage ? [...lineHead(messages), ...said] : [messages("chart.time"), ...said];
}

/**
 * The rows of the class average with what was said and asked, or only that.
 *
 * @param {Timeline} timeline
 * @param {PointAt[]} newestFirst
 * @param {Messages} messages
 */
export function timelineRows({ history, questions, hasAverage }, newestFirst, messages) {
  const pointsAt = new Map(newestFirst.map((point) => [point.at, point]));
  return history.toReversed().map(({ at, counts }, index, rows) => {
    const until = rows[index - 1]?.at ?? Infinity;
    const asked = questions.filter((question) => at <= question.at && question.at < until).map(({ text }) => text);
    const said = [...SAID.map((counted) => counts[PLACE[counted]]), asked.join(" · ")];
    if (!hasAverage) return [timeOfDay(at), ...said];
    return [...lineRows([pointsAt.get(at) ?? { at }], messages)[0], ...said];
  });
}

/** @param {Messages} messages */
export function mixHead(messages) {
  return [messages("chart.time"), ...EXPRESSIONS.map((expression) => messages(`expression.${expression}`))];
}

/**
 * @param {PointAt[]} points
 * @param {Messages} messages
 */
export function mixRows(points, messages) {
  return points.map((point) => [
    timeOfDay(point.at),
    ...EXPRESSIONS.map((_, index) => (point.hidden ? messages("number.too_few") : mixText(point, index))),
  ]);
}

/**
 * Returns a share as text. In a blurred step a share of nothing was left out.
 *
 * @param {Point} point
 * @param {number} index
 */
const mixText = ({ mix, blurred }, index) => (blurred && mix?.[index] === 0 ? "–" : shareText(mix?.[index]));

/** @param {number | null | undefined} value */
const shareText = (value) => (typeof value === "number" ? percent(value) : "–");

/** @param {Point} point */
function bandText({ low, high }) {
  return typeof low === "number" && typeof high === "number" ? `${percent(low)} – ${percent(high)}` : "–";
}

/**
 * The counts of a step that is blurred, or not shown, are not exact.
 *
 * @param {number | undefined} count
 * @param {Point} point
 * @param {Messages} messages
 */
function countText(count = 0, { blurred, hidden, low }, messages) {
  if (hidden && count) return messages("chart.up_to", { count });
  if (!blurred) return count;
  return messages(typeof low === "number" ? "chart.about" : "chart.at_least", { count });
}
