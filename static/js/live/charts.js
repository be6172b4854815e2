// Keeps the class charts and their tables in step with the numbers, 0.4 to 1 s apart: a fifth of the time, if that does.

import { percent, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { openPaintTiming } from "./paint-timing.js";
import { PRINT_SIZE, openPrinting, stretch, unstretch } from "./printing.js";
import { CONFIG, EXPRESSIONS, classFigure, mixFigure } from "./plots.js";
import { fillTable } from "./data-table.js";
import { colours, onThemeChange } from "./theme.js";

const QUICKEST_MS = 400;
const SLOWEST_MS = 1000;
const BUSY_SHARE = 0.2;
const SHORTEST_AXIS_MS = 5 * 60 * 1000; // a class of one minute does not fill the width

/** Returns draw({points, step, markers, from, now, newest}); points: [{at, mean, low, high, mix, measured, ...}], oldest first; formulas: [{at, version}]. */
export function openCharts({ parts, messages, signal }) {
  let latest = null;
  let drawnAt = -SLOWEST_MS;
  let pause = SLOWEST_MS;
  let timer = null;
  const painted = openPaintTiming("classpulse:chart");
  onThemeChange(drawAgain, signal);
  const paper = openPrinting(drawAgain, signal);
  document.addEventListener("visibilitychange", () => latest && drawNow(), { signal });
  window.addEventListener("resize", () => latest && drawSoon(), { signal }); // numbers of markers may touch now
  for (const table of [parts.lineTable, parts.mixTable]) {
    table.closest("details").addEventListener("toggle", () => latest && drawTables(), { signal });
  }

  function drawNow() {
    clearTimeout(timer);
    timer = null;
    drawTables();
    write(parts.lineEmpty, aboutLine(latest.points, messages));
    write(parts.mixEmpty, aboutMix(latest.points, messages));
    if (!window.Plotly || document.hidden || isAway(parts.linePlot)) return;
    drawnAt = performance.now();
    const drawMix = drawLine();
    const half = performance.now() - drawnAt; // the mix takes as long
    pause = Math.min(SLOWEST_MS, Math.max(QUICKEST_MS, (2 * half) / BUSY_SHARE));
    setTimeout(drawMix); // two short tasks: a click between them is heard
    painted(latest.newest);
  }

  /** In other colours, or for paper, which waits for nothing. */
  function drawAgain() {
    if (latest && !isAway(parts.linePlot)) drawLine()();
  }

  function drawLine() {
    const stepEnd = Math.ceil(latest.now / 1000 / latest.step) * 1000 * latest.step; // an axis that moves with a step, not each second
    const to = Math.max(stepEnd, latest.from + SHORTEST_AXIS_MS);
    const facts = { ...latest, to, width: sizeOf(parts.linePlot).width, colour: colours(), messages };
    place(parts.linePlot, classFigure(facts));
    return () => place(parts.mixPlot, mixFigure(facts));
  }

  /** Plotly would keep the paper's size afterwards, so it is always told. */
  function place(plot, { traces, layout }) {
    const size = sizeOf(plot);
    react(plot, { traces, layout: { ...layout, ...size } });
    if (paper.isOn()) stretch(plot, size);
    else unstretch(plot);
  }

  function sizeOf(plot) {
    return paper.isOn() ? PRINT_SIZE : { width: plot.clientWidth, height: plot.clientHeight };
  }

  function drawTables() {
    const newestFirst = latest.points.toReversed();
    if (isOpen(parts.lineTable)) fillTable(parts.lineTable, lineHead(messages), lineRows(newestFirst, messages));
    if (isOpen(parts.mixTable)) fillTable(parts.mixTable, mixHead(messages), mixRows(newestFirst, messages));
  }

  function drawSoon() {
    timer ??= setTimeout(drawNow, Math.max(0, drawnAt + pause - performance.now()));
  }

  return function draw(numbers) {
    if (!latest && !window.Plotly) bringPlotly(parts.linePlot.dataset.plotly, drawNow);
    latest = numbers;
    drawSoon();
  };
}

export function react(place, { traces, layout }) {
  window.Plotly?.react(place, traces, layout, CONFIG);
}

/** Plotly keeps a slow computer busy for seconds, so it comes after the numbers and names have been painted. */
function bringPlotly(address, onLoad) {
  const script = document.createElement("script");
  script.src = address;
  script.addEventListener("load", onLoad, { once: true });
  requestAnimationFrame(() => setTimeout(() => document.head.append(script)));
}

/** A sentence for a chart without a line; of a line that is there nothing. */
function whyEmpty(points, messages, chart) {
  if (!points.length) return messages("chart.empty_soon");
  if (points.some(({ mean }) => typeof mean === "number")) return "";
  return messages(`chart.${chart}_${points.some(({ hidden }) => hidden) ? "few" : "nobody"}`);
}

/** A sentence for a line that is blurred, or not there; of an exact one nothing. */
function aboutLine(points, messages) {
  const isBlurred = points.some(({ mean, blurred }) => blurred && typeof mean === "number");
  return isBlurred ? messages("chart.line_blurred") : whyEmpty(points, messages, "empty");
}

/** A sentence for expressions that are blurred, or not there; of exact ones nothing. */
function aboutMix(points, messages) {
  const mixed = points.filter(({ mix }) => mix);
  if (mixed.length) return mixed.some(({ blurred }) => blurred) ? messages("chart.mix_blurred") : "";
  return whyEmpty(points, messages, "mix") || messages("chart.mix_coarse");
}

/** Of a step that is blurred, or not shown, the counts are not exact. */
function countOf(count, { blurred, hidden, low }, messages) {
  if (hidden && count) return messages("chart.up_to", { count });
  if (!blurred) return count;
  return messages(typeof low === "number" ? "chart.about" : "chart.at_least", { count });
}

const isAway = (plot) => plot.closest("[hidden]") !== null; // in a view that is not shown Plotly would measure nothing
const isOpen = (table) => table.closest("details").open;
const share = (value) => (typeof value === "number" ? percent(value) : "–");

function lineHead(messages) {
  return ["time", "mean", "band", "students", "counted", "coverage"].map((key) => messages(`chart.${key}`));
}

function lineRows(points, messages) {
  return points.map((point) => [
    timeOfDay(point.at),
    point.hidden ? messages("number.too_few") : share(point.mean),
    typeof point.low === "number" ? `${percent(point.low)} – ${percent(point.high)}` : "–",
    countOf(point.measured, point, messages),
    countOf(point.counted, point, messages),
    share(point.coverage),
  ]);
}

function mixHead(messages) {
  return [messages("chart.time"), ...EXPRESSIONS.map((expression) => messages(`expression.${expression}`))];
}

function mixRows(points, messages) {
  const shareOf = ({ mix, blurred }, index) => (blurred && mix?.[index] === 0 ? "–" : share(mix?.[index])); // left out
  return points.map((point) => [
    timeOfDay(point.at),
    ...EXPRESSIONS.map((_, index) => (point.hidden ? messages("number.too_few") : shareOf(point, index))),
  ]);
}
