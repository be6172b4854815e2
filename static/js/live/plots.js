// The figures: numbers in, traces for Plotly out. Nothing is computed from scores here.

import { timeOfDay } from "../lib/format.js";
import { markerLines } from "./marker-lines.js";
import { translucent } from "./theme.js";
import { timeAxis } from "./time-axis.js";

export const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };
export const EXPRESSIONS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"];
const MARGIN = { l: 44, r: 28, t: 22, b: 46 };
const LEGEND_ENTRY = { width: 106, height: 20 }; // pixels that Plotly takes for the longest of the names
const COVERAGE_TOP = 0.16; // of the plot's height: enough to see a gap, too little to be taken for the class line

const AT = "%{customdata} · %{y:.0%}<extra></extra>"; // Plotly would write the number of milliseconds

const labels = new Map(); // each redraw asks for the same moments, and to write 400 of them takes 9 ms

function labelOf(at) {
  if (!labels.has(at)) labels.set(at, timeOfDay(at));
  return labels.get(at);
}

/** The middle of each step, or now for the one that is still going on. */
function middles(points, step, now) {
  return points.map(({ at }) => Math.min(at + step * 500, Math.max(at, now)));
}

/** An empty point where another version of the formula begins: no line runs from the numbers of one to the other's. */
export function parted(points, formulas) {
  const begins = formulas.slice(1).map(({ at }) => at);
  const isFirst = (index) => begins.some((at) => points[index - 1].at < at && at <= points[index].at);
  return points.flatMap((point, index) => (index > 0 && isFirst(index) ? [{ at: point.at }, point] : [point]));
}

/** `width` is the whole figure's, in pixels. */
export function classFigure({ points: steps, formulas, step, markers, from, to, now, width, colour, messages }) {
  const points = parted(steps, formulas);
  const x = middles(points, step, now);
  const value = (key) => points.map((point) => point[key] ?? null);
  const accent = colour("accent");
  return {
    traces: [
      { ...bandTrace(points, x, step), fillcolor: translucent(accent, 0.22), name: messages("chart.band") },
      {
        x,
        y: value("mean"),
        customdata: x.map(labelOf),
        mode: "lines",
        line: { color: accent, width: 3 },
        connectgaps: false,
        name: messages("chart.mean"),
        hovertemplate: AT,
      },
      { ...dots(x, value("mean")), marker: { size: 7, color: accent } },
      {
        ...stairs(points, step, value("coverage"), `${messages("chart.coverage")} %{y:.0%}<extra></extra>`),
        yaxis: "y2",
        fill: "tozeroy",
        fillcolor: translucent(colour("ink-soft"), 0.35),
        name: messages("chart.coverage"),
      },
    ],
    layout: {
      ...withAxisBelow(base({ colour, from, to, width })),
      yaxis: { ...valueAxis(colour), domain: [COVERAGE_TOP + 0.08, 1] },
      yaxis2: { ...valueAxis(colour), domain: [0, COVERAGE_TOP], nticks: 2, showgrid: false },
      ...markerLines({ markers, from, to, width: width - MARGIN.l - MARGIN.r, colour }),
    },
  };
}

/** A dot where a measured step has no neighbour to draw a line to. */
function dots(x, values) {
  const has = (index) => typeof values[index] === "number";
  const alone = x.map((_, index) => index).filter((index) => has(index) && !has(index - 1) && !has(index + 1));
  const at = (list) => alone.map((index) => list[index]);
  return { x: at(x), y: at(values), mode: "markers", hoverinfo: "skip" };
}

/**
 * Steps as one area with upright sides: a bar for each step would be thousands of elements to redraw each second, and
 * a slope would run through the minutes in which nobody was there. A step without a value has no height and no label.
 */
function stairs(points, step, values, label) {
  const end = points.length ? [points.at(-1).at + step * 1000] : [];
  return {
    x: [...points.map(({ at }) => at), ...end],
    y: [...values, values.at(-1)].map((value) => value ?? 0),
    mode: "lines",
    line: { shape: "hv", width: 0 },
    hoverinfo: "none",
    hovertemplate: [...values.map((value) => (value === null ? "" : label)), ""],
  };
}

/** One closed outline per stretch without a gap; a fill between two broken lines would run across the gaps. */
function bandTrace(points, x, step) {
  const outline = { x: [], y: [], fill: "toself", mode: "lines", line: { width: 0 }, hoverinfo: "skip" };
  let stretch = [];
  const close = () => {
    const wide = stretch.length === 1 ? [-step * 500, step * 500] : [0];
    const across = stretch.flatMap((index) => wide.map((shift) => [x[index] + shift, points[index]]));
    outline.x.push(...across.map(([at]) => at), ...across.toReversed().map(([at]) => at), null);
    outline.y.push(...across.map(([, point]) => point.low), ...across.toReversed().map(([, point]) => point.high), null);
    stretch = [];
  };
  points.forEach((point, index) => {
    if (typeof point.low === "number") stretch.push(index);
    else if (stretch.length) close();
  });
  if (stretch.length) close();
  return outline;
}

export function mixFigure({ points, step, from, to, width, colour, messages }) {
  return {
    traces: EXPRESSIONS.map((expression, index) => {
      const [name, shares] = [messages(`expression.${expression}`), points.map(({ mix }) => mix?.[index] ?? null)];
      return {
        ...stairs(points, step, shares, `${name} %{y:.0%}<extra></extra>`),
        stackgroup: "expressions",
        fillcolor: colour(expression),
        name,
      };
    }),
    layout: {
      ...base({ colour, from, to, width }),
      showlegend: true,
      // From the figure's lower edge: a share of the plot's height would be too little or too much in another size.
      legend: { orientation: "h", x: 0, yref: "container", y: 0, yanchor: "bottom", font: { size: 12 }, traceorder: "normal" },
      yaxis: valueAxis(colour),
      margin: { ...MARGIN, t: 12, b: MARGIN.b + legendHeight(width) },
    },
  };
}

function legendHeight(width) {
  const columns = Math.max(1, Math.floor((width - MARGIN.l - MARGIN.r) / LEGEND_ENTRY.width));
  return Math.ceil(EXPRESSIONS.length / columns) * LEGEND_ENTRY.height;
}

export function ownFigure({ steps, step, baseline, width, colour, messages }) {
  const shapes = typeof baseline === "number" ? [usualLine(baseline, colour)] : [];
  const notes = shapes.length
    ? [{ xref: "paper", x: 0.01, y: baseline, text: messages("chart.usual"), showarrow: false, xanchor: "left", yanchor: "top" }]
    : [];
  return {
    traces: [
      {
        x: steps.map(({ at }) => at + step * 500),
        y: steps.map(({ score }) => (score === null ? null : score / 100)),
        mode: "lines+markers",
        line: { color: colour("accent"), width: 2 },
        marker: { size: 4 },
        customdata: steps.map(({ at }) => labelOf(at)),
        hovertemplate: AT,
      },
    ],
    layout: {
      ...base({ colour, from: steps[0].at, to: steps.at(-1).at + step * 1000, width }),
      yaxis: valueAxis(colour),
      shapes,
      annotations: notes,
    },
  };
}

function usualLine(baseline, colour) {
  const line = { color: colour("ink-soft"), width: 1, dash: "dot" };
  return { type: "line", xref: "paper", x0: 0, x1: 1, y0: baseline, y1: baseline, line };
}

function base({ colour, from, to, width }) {
  const axis = timeAxis({ from, to, width: width - MARGIN.l - MARGIN.r });
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colour("ink"), family: "system-ui, sans-serif", size: 13 },
    margin: MARGIN,
    showlegend: false,
    hovermode: "x",
    dragmode: false,
    hoverlabel: { bgcolor: colour("surface"), bordercolor: colour("line"), font: { color: colour("ink") } },
    xaxis: { ...axis, ticks: "outside", ticklen: 5, tickcolor: colour("line"), fixedrange: true, gridcolor: colour("line"), zeroline: false },
  };
}

function withAxisBelow(layout) {
  return { ...layout, xaxis: { ...layout.xaxis, anchor: "y2" } };
}

function valueAxis(colour) {
  return { range: [0, 1], tickformat: ".0%", fixedrange: true, gridcolor: colour("line"), zeroline: false, nticks: 5 };
}
