/** One time axis for all modes: the class average where there is one, then who was there, lost, hands, pace, questions. */

import { inOwnDirection } from "../lib/format.js";
import { classFigure } from "./class-figures.js";
import { HOVER_LABEL, MARGIN, baseLayout, labelOf, valueAxis } from "./figure-layout.js";
import { markerLines } from "./marker-lines.js";
import { translucent } from "./theme.js";

/** The places of a step's counts, as the server sends them. */
export const PLACE = { present: 0, lost: 1, too_fast: 2, too_slow: 3, too_hard: 4, too_easy: 5, hands: 6 };

/** @typedef {keyof typeof PLACE} Counted */

/**
 * Shares of the plot's height, from below: pace, students, time with data, class average.
 *
 * @type {Record<"camera" | "words" | "compact", Record<string, [number, number]>>}
 */
const ROWS = {
  camera: { pace: [0, 0.15], people: [0.22, 0.47], coverage: [0.53, 0.59], average: [0.64, 1] },
  words: { pace: [0, 0.26], people: [0.36, 1], coverage: [0, 0.01], average: [0, 0.01] },
  compact: { pace: [0, 0.01], people: [0, 1], coverage: [0, 0.01], average: [0, 1] },
};

/**
 * @param {import("./class-figures.js").FigureFacts & {timeline: Timeline}} facts
 */
export function timelineFigure(facts) {
  const { timeline, messages, colour, from, to, width, markers } = facts;
  if (timeline.isCompact) return compactFigure(facts);
  const rows = timeline.hasAverage ? ROWS.camera : ROWS.words;
  const line = timeline.hasAverage ? classFigure(facts) : { traces: [], layout: baseLayout({ colour, from, to, width }) };
  const layout = /** @type {Record<string, any>} */ (line.layout);
  const plot = { markers, from, to, width: width - MARGIN.l - MARGIN.r, colour };
  const { annotations, shapes } = markerLines(plot);
  return {
    traces: [...line.traces, ...peopleTraces(facts), ...paceTraces(facts), questionTrace(facts)],
    layout: {
      ...layout,
      xaxis: { ...layout.xaxis, anchor: "y4" },
      ...(timeline.hasAverage && {
        yaxis: { ...valueAxis(colour, [0, 0.5, 1]), domain: rows.average },
        yaxis2: { ...layout.yaxis2, domain: rows.coverage, showticklabels: false },
      }),
      yaxis3: { ...countAxis(colour), domain: rows.people },
      yaxis4: { ...countAxis(colour), domain: rows.pace, range: paceRange(timeline), showticklabels: false, zeroline: true, zerolinecolor: colour("line-strong") },
      shapes,
      annotations: [
        ...annotations,
        ...(timeline.hasAverage ? [rowName(messages("chart.mean"), rows.average[1], colour)] : []),
        rowName(messages("chart.people"), rows.people[1], colour),
        rowName(messages("chart.pace"), rows.pace[1], colour),
      ],
    },
  };
}

/**
 * For a small window: the class average, or where there is none who is there and who is lost.
 *
 * @param {import("./class-figures.js").FigureFacts & {timeline: Timeline}} facts
 */
function compactFigure(facts) {
  const { timeline, colour, from, to, width, markers } = facts;
  const layout = baseLayout({ colour, from, to, width });
  const { shapes } = markerLines({ markers, from, to, width, colour });
  if (timeline.hasAverage) {
    const line = classFigure(facts);
    const traces = line.traces.filter((trace) => !("yaxis" in trace));
    return { traces, layout: { ...layout, shapes, yaxis: valueAxis(colour, [0, 0.5, 1]) } };
  }
  return { traces: peopleTraces(facts), layout: { ...layout, shapes, xaxis: { ...layout.xaxis, anchor: "y3" }, yaxis3: countAxis(colour) } };
}

/**
 * Counts have no halves: with fewer than four, the axis still ends at four.
 *
 * @param {Colour} colour
 */
function countAxis(colour) {
  const ticks = { nticks: 4, tickformat: "d", autorangeoptions: { include: 4 } };
  return { fixedrange: true, gridcolor: colour("line"), zeroline: false, rangemode: "tozero", ...ticks };
}

/** @param {Timeline} timeline */
function paceRange({ history }) {
  const most = Math.max(3, ...history.flatMap(({ counts }) => [counts[PLACE.too_fast], counts[PLACE.too_slow]]));
  return [-most, most];
}

/**
 * @param {string} text
 * @param {number} top
 * @param {Colour} colour
 */
function rowName(text, top, colour) {
  return {
    x: 0,
    xref: "paper",
    xanchor: "left",
    y: top,
    yref: "paper",
    yanchor: "bottom",
    text: inOwnDirection(text),
    showarrow: false,
    font: { size: 12, color: colour("ink-soft") },
  };
}

/** @param {import("./class-figures.js").FigureFacts & {timeline: Timeline}} facts */
function peopleTraces({ timeline, step, now, messages, colour }) {
  const area = { line: { shape: "hv", width: 0 }, fill: "tozeroy" };
  return [
    { ...stairs(timeline, "present", { step, now, messages }), ...area, fillcolor: translucent(colour("ink-soft"), 0.22) },
    { ...stairs(timeline, "lost", { step, now, messages }), ...area, fillcolor: translucent(colour("danger"), 0.75) },
    { ...withoutNone(stairs(timeline, "hands", { step, now, messages })), line: { shape: "hv", width: 2, dash: "dot", color: colour("accent") } },
  ];
}

/**
 * A line along zero would say nothing.
 *
 * @param {ReturnType<typeof stairs>} trace
 */
const withoutNone = (trace) => ({ ...trace, y: trace.y.map((value) => value || null) });

/** @param {import("./class-figures.js").FigureFacts & {timeline: Timeline}} facts */
function paceTraces({ timeline, step, now, messages, colour }) {
  const area = { line: { shape: "hv", width: 0 }, fill: "tozeroy", yaxis: "y4" };
  return [
    { ...stairs(timeline, "too_fast", { step, now, messages }), ...area, fillcolor: translucent(colour("warn"), 0.75) },
    { ...stairs(timeline, "too_slow", { step, now, messages, sign: -1 }), ...area, fillcolor: translucent(colour("info"), 0.75) },
  ];
}

/**
 * One of the counts as steps with upright sides.
 *
 * @param {Timeline} timeline
 * @param {Counted} counted
 * @param {{step: number, now: number, messages: Messages, sign?: number}} facts
 */
function stairs({ history }, counted, { step, now, messages, sign = 1 }) {
  const values = history.map(({ counts }) => counts[PLACE[counted]]);
  const last = history.at(-1);
  const end = last ? [Math.min(last.at + step * 1000, Math.max(now, last.at))] : [];
  const name = messages(`chart.${counted}`);
  return {
    x: [...history.map(({ at }) => at), ...end],
    y: [...values, ...values.slice(-1)].map((value) => sign * value),
    customdata: [...history.map(({ at }, index) => inOwnDirection(`${labelOf(at)} · ${name}: ${values[index]}`)), ""],
    mode: "lines",
    yaxis: "y3",
    name,
    hovertemplate: HOVER_LABEL,
  };
}

/** @param {import("./class-figures.js").FigureFacts & {timeline: Timeline}} facts */
function questionTrace({ timeline, messages, colour }) {
  const { questions } = timeline;
  const label = (/** @type {AskedOnAxis} */ { at, text, answered, asked }) =>
    inOwnDirection(`${labelOf(at)} · ${escaped(messages("chart.question", { text, answered, asked }))}`);
  return {
    x: questions.map(({ at }) => at),
    y: questions.map(() => 0),
    customdata: questions.map(label),
    mode: "markers",
    marker: { symbol: "triangle-up", size: 12, color: colour("accent") },
    yaxis: "y3",
    cliponaxis: false,
    hovertemplate: HOVER_LABEL,
  };
}

/**
 * Plotly reads some tags in its labels.
 *
 * @param {string} text
 */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
