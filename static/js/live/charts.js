/** Draws the class charts and their tables anew as numbers come: every 1 to 10 s, and in 1/250 of the time. */

import { write } from "../lib/parts.js";
import { lineHead, lineNote, lineRows, mixHead, mixNote, mixRows, timelineHead, timelineRows } from "./chart-tables.js";
import { fillTable } from "./data-table.js";
import { openPaintTiming } from "./paint-timing.js";
import { CONFIG } from "./figure-layout.js";
import { classFigure, mixFigure } from "./class-figures.js";
import { timelineFigure } from "./timeline-figure.js";
import { PRINT_SIZE, openPrinting, stretch, unstretch } from "./printing.js";
import { colours, onThemeChange } from "./theme.js";

const SHORTEST_PAUSE_MS = 1000;
// A step lasts ten seconds.
const LONGEST_PAUSE_MS = 10_000;
const BUSY_SHARE = 0.004;
// A class of one minute does not fill the width.
const SHORTEST_AXIS_MS = 5 * 60 * 1000;

/**
 * Returns draw(read, events): `read` makes the numbers, which is more work than most messages are worth. With other
 * `events`, such as one more marker, it does not wait for long.
 *
 * @param {{parts: ChartParts, messages: Messages, signal: AbortSignal}} options
 */
export function openCharts({ parts, messages, signal }) {
  /** @type {(() => ChartNumbers) | null} */
  let latest = null;
  let latestEvents = "";
  let drawnAt = -LONGEST_PAUSE_MS;
  let pause = LONGEST_PAUSE_MS;
  let mixWidth = 0;
  /** @type {number | null} */
  let timer = null;
  const markPainted = openPaintTiming("classpulse:chart");
  onThemeChange(redraw, signal);
  const printing = openPrinting(redraw, signal);
  const isMixInView = openInView(parts.mixPlot, () => latest && drawNow(), signal);
  document.addEventListener("visibilitychange", () => latest && drawNow(), { signal });
  // Numbers of markers may touch in another width.
  window.addEventListener("resize", () => latest && drawSooner(), { signal });
  for (const table of [parts.lineTable, parts.mixTable]) {
    table?.closest("details")?.addEventListener("toggle", () => latest && drawTables(latest()), { signal });
  }

  function drawNow() {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!latest) return;
    const numbers = latest();
    drawTables(numbers);
    const hasLine = numbers.timeline?.hasAverage ?? true;
    write(parts.lineEmpty, hasLine ? lineNote(numbers.points, messages) : "");
    if (parts.mixEmpty) write(parts.mixEmpty, mixNote(numbers.points, messages));
    if (!window.Plotly || document.hidden || isInHiddenView(parts.linePlot)) return;
    drawnAt = performance.now();
    const drawMix = drawLine(numbers);
    // The expressions take as long as the line.
    const half = performance.now() - drawnAt;
    pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (2 * half) / BUSY_SHARE));
    // Two short tasks instead of a long one: a click between them is answered.
    setTimeout(drawMix);
    markPainted(numbers.newest);
  }

  /** Draws at once, in other colours or for paper. */
  function redraw() {
    if (latest && !isInHiddenView(parts.linePlot)) drawLine(latest())();
  }

  /**
   * Draws the line, and returns what draws the expressions with the same facts.
   *
   * @param {ChartNumbers} numbers
   */
  function drawLine(numbers) {
    // An axis that moves with each step, and not with each second.
    const stepMs = numbers.step * 1000;
    const to = Math.max(Math.ceil(numbers.now / stepMs) * stepMs, numbers.from + SHORTEST_AXIS_MS);
    const facts = { ...numbers, to, width: sizeOf(parts.linePlot).width, colour: colours(), messages };
    const { timeline } = numbers;
    place(parts.linePlot, timeline ? timelineFigure({ ...facts, timeline }) : classFigure(facts));
    const { mixPlot } = parts;
    return () => {
      if (!mixPlot || timeline?.isCompact) return;
      // Below the screen it is drawn once for each width: a teacher who scrolls down sees no empty place, and
      // it makes the page no wider than a screen that was turned.
      const isWanted = isMixInView() || printing.isPrinting() || mixWidth !== mixPlot.clientWidth;
      if (!isWanted) return;
      mixWidth = mixPlot.clientWidth;
      place(mixPlot, mixFigure(facts));
    };
  }

  /**
   * Plotly would keep the paper's size after printing, so that it is always told the size.
   *
   * @param {HTMLElement} plot
   * @param {Figure} figure
   */
  function place(plot, { traces, layout }) {
    const size = sizeOf(plot);
    react(plot, { traces, layout: { ...layout, ...size } });
    if (printing.isPrinting()) stretch(plot, size);
    else unstretch(plot);
  }

  /** @param {HTMLElement} plot */
  function sizeOf(plot) {
    return printing.isPrinting() ? PRINT_SIZE : { width: plot.clientWidth, height: plot.clientHeight };
  }

  /** @param {ChartNumbers} numbers */
  function drawTables(numbers) {
    const newestFirst = numbers.points.toReversed();
    if (isOpen(parts.lineTable)) drawLineTable(numbers, newestFirst);
    if (parts.mixTable && isOpen(parts.mixTable)) fillTable(parts.mixTable, mixHead(messages), mixRows(newestFirst, messages));
  }

  /**
   * @param {ChartNumbers} numbers
   * @param {PointAt[]} newestFirst
   */
  function drawLineTable({ timeline }, newestFirst) {
    if (!timeline) return fillTable(parts.lineTable, lineHead(messages), lineRows(newestFirst, messages));
    fillTable(parts.lineTable, timelineHead(timeline, messages), timelineRows(timeline, newestFirst, messages));
  }

  /** @param {number} wait milliseconds between two drawings */
  function drawSoon(wait = pause) {
    timer ??= setTimeout(drawNow, Math.max(0, drawnAt + wait - performance.now()));
  }

  function drawSooner() {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    drawSoon(SHORTEST_PAUSE_MS);
  }

  return function draw(/** @type {() => ChartNumbers} */ read, events = "") {
    if (!latest && !window.Plotly) loadPlotly(parts.linePlot.dataset.plotly ?? "", drawNow);
    latest = read;
    if (events === latestEvents) return drawSoon();
    latestEvents = events;
    drawSooner();
  };
}

/**
 * Whether a place is on the screen or near it; onEnter is called when it comes there.
 *
 * @param {HTMLElement | undefined} place
 * @param {() => void} onEnter
 * @param {AbortSignal} signal
 */
function openInView(place, onEnter, signal) {
  let isInView = false;
  const observer = new IntersectionObserver((entries) => {
    isInView = entries[entries.length - 1].isIntersecting;
    if (isInView) onEnter();
  }, { rootMargin: "100px" });
  if (place) observer.observe(place);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  return () => isInView;
}

/** @typedef {{traces: object[], layout: object}} Figure */

/**
 * Draws a figure; nothing while Plotly is still loading.
 *
 * @param {HTMLElement} place
 * @param {Figure} figure
 */
export function react(place, { traces, layout }) {
  window.Plotly?.react(place, traces, layout, CONFIG);
}

/**
 * Plotly keeps a slow computer busy for seconds, so it comes after the numbers and names have been painted.
 *
 * @param {string} address
 * @param {() => void} onLoad
 */
function loadPlotly(address, onLoad) {
  const script = document.createElement("script");
  script.src = address;
  script.addEventListener("load", onLoad, { once: true });
  requestAnimationFrame(() => setTimeout(() => document.head.append(script)));
}

/**
 * Whether a plot is in a hidden view, where Plotly would measure nothing.
 *
 * @param {HTMLElement} plot
 */
const isInHiddenView = (plot) => plot.closest("[hidden]") !== null;

/** @param {HTMLElement} table */
const isOpen = (table) => table.closest("details")?.open ?? false;
