/** The class's figures for Plotly: numbers in, traces and layout out. Nothing is computed from scores here. */

import { percent } from "../lib/format.js";
import { HOVER_LABEL, MARGIN, baseLayout, pointLabel, valueAxis } from "./figure-layout.js";
import { markerLines } from "./marker-lines.js";
import { translucent } from "./theme.js";

export const EXPRESSIONS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"];
// A share of the plot's height: enough to see a gap, too little to be taken for the class line.
const COVERAGE_TOP = 0.16;

/**
 * The middle of each step, or now for the step that is still going on.
 *
 * @param {PointAt[]} points
 * @param {number} step
 * @param {number} now
 */
function middles(points, step, now) {
  return points.map(({ at }) => Math.min(at + step * 500, Math.max(at, now)));
}

/**
 * Puts an empty point where another version of the formula begins, so that no line runs from one's numbers to the
 * other's.
 *
 * @param {PointAt[]} points
 * @param {FormulaSince[]} formulas
 */
export function splitByFormula(points, formulas) {
  const begins = formulas.slice(1).map(({ at }) => at);
  const isFirst = (/** @type {number} */ index) =>
    begins.some((at) => points[index - 1].at < at && at <= points[index].at);
  return points.flatMap((point, index) => (index > 0 && isFirst(index) ? [{ at: point.at }, point] : [point]));
}

/**
 * What the figures of a class are drawn from. The axis ends at `to`; `width` is the whole figure's, in pixels.
 *
 * @typedef {ChartNumbers & {to: number, width: number, colour: Colour, messages: Messages}} FigureFacts
 */

/** @param {FigureFacts} facts */
export function classFigure({ points: steps, formulas, step, markers, from, to, now, width, colour, messages }) {
  const points = splitByFormula(steps, formulas);
  const x = middles(points, step, now);
  const value = (/** @type {"mean" | "coverage"} */ key) => points.map((point) => point[key] ?? null);
  const series = colour("series");
  const layout = baseLayout({ colour, from, to, width });
  return {
    traces: [
      { ...bandTrace(points, x, step), fillcolor: translucent(series, 0.22), name: messages("chart.band") },
      {
        x,
        y: value("mean"),
        customdata: x.map((at, index) => pointLabel(at, points[index].mean ?? null)),
        mode: "lines",
        line: { color: series, width: 3 },
        connectgaps: false,
        name: messages("chart.mean"),
        hovertemplate: HOVER_LABEL,
      },
      { ...dots(x, value("mean")), marker: { size: 7, color: series } },
      {
        ...stairs(points, step, value("coverage"), messages("chart.coverage")),
        yaxis: "y2",
        fill: "tozeroy",
        fillcolor: translucent(colour("ink-soft"), 0.35),
        name: messages("chart.coverage"),
      },
    ],
    layout: {
      ...layout,
      xaxis: { ...layout.xaxis, anchor: "y2" },
      yaxis: { ...valueAxis(colour), domain: [COVERAGE_TOP + 0.08, 1] },
      yaxis2: { ...valueAxis(colour, [0, 1]), domain: [0, COVERAGE_TOP], showgrid: false },
      ...markerLines({ markers, from, to, width: width - MARGIN.l - MARGIN.r, colour }),
    },
  };
}

/**
 * A dot for each measured step that has no neighbour to draw a line to.
 *
 * @param {number[]} x
 * @param {(number | null)[]} values
 */
function dots(x, values) {
  const has = (/** @type {number} */ index) => typeof values[index] === "number";
  const alone = [...x.keys()].filter((index) => has(index) && !has(index - 1) && !has(index + 1));
  return {
    x: alone.map((index) => x[index]),
    y: alone.map((index) => values[index]),
    mode: "markers",
    hoverinfo: "skip",
  };
}

/**
 * Steps as one area with upright sides. A bar for each step would be thousands of elements to redraw each second, and
 * a slope would run through the minutes in which nobody was there. A step without a value has no height and no label.
 *
 * @param {PointAt[]} points
 * @param {number} step
 * @param {(number | null)[]} values
 * @param {string} label
 */
function stairs(points, step, values, label) {
  const last = points.at(-1);
  return {
    x: [...points.map(({ at }) => at), ...(last ? [last.at + step * 1000] : [])],
    y: [...values, values.at(-1)].map((value) => value ?? 0),
    mode: "lines",
    line: { shape: "hv", width: 0 },
    hoverinfo: "none",
    hovertemplate: [...values.map((value) => (value === null ? "" : `${label} ${percent(value)}<extra></extra>`)), ""],
  };
}

/**
 * One closed outline per stretch without a gap: a fill between two broken lines would run across the gaps.
 *
 * @param {PointAt[]} points
 * @param {number[]} x
 * @param {number} step
 */
function bandTrace(points, x, step) {
  const outlines = stretchesWithBand(points).map((stretch) => outlineOf(stretch, points, x, step));
  return {
    x: outlines.flatMap((outline) => [...outline.x, null]),
    y: outlines.flatMap((outline) => [...outline.y, null]),
    fill: "toself",
    mode: "lines",
    line: { width: 0 },
    hoverinfo: "skip",
  };
}

/**
 * The indexes of neighbouring points with a band.
 *
 * @param {PointAt[]} points
 */
function stretchesWithBand(points) {
  /** @type {number[][]} */
  const stretches = [];
  points.forEach(({ low }, index) => {
    if (typeof low !== "number") return;
    const last = stretches.at(-1);
    if (last?.at(-1) === index - 1) last.push(index);
    else stretches.push([index]);
  });
  return stretches;
}

/**
 * The outline of one stretch: the lower edge forwards, the upper edge backwards. A single step is as wide as it lasts.
 *
 * @param {number[]} stretch
 * @param {PointAt[]} points
 * @param {number[]} x
 * @param {number} step
 */
function outlineOf(stretch, points, x, step) {
  const shifts = stretch.length === 1 ? [-step * 500, step * 500] : [0];
  const lower = stretch.flatMap((index) => {
    const { low, high } = points[index];
    return shifts.map((shift) => ({ at: x[index] + shift, low, high }));
  });
  const upper = lower.toReversed();
  return {
    x: [...lower, ...upper].map(({ at }) => at),
    y: [...lower.map(({ low }) => low), ...upper.map(({ high }) => high)],
  };
}

/** @param {FigureFacts} facts */
export function mixFigure({ points, step, from, to, width, colour, messages }) {
  return {
    traces: EXPRESSIONS.map((expression, index) => {
      const [name, shares] = [messages(`expression.${expression}`), points.map(({ mix }) => mix?.[index] ?? null)];
      return {
        ...stairs(points, step, shares, name),
        stackgroup: "expressions",
        fillcolor: colour(expression),
        name,
      };
    }),
    layout: {
      ...baseLayout({ colour, from, to, width }),
      yaxis: valueAxis(colour),
      margin: { ...MARGIN, t: 12 },
    },
  };
}
