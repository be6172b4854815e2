/**
 * Draws the figures that the server made of a report's charts (dashboards/charts/figure.py). Until then, without
 * scripts and on paper there is the server's drawing.
 */

import { inOwnDirection, timeOfDay } from "../lib/format.js";
import { jsonById } from "../lib/parts.js";
import { CONFIG } from "../live/figure-layout.js";
import { colours, onThemeChange } from "../live/theme.js";
import { timeAxis } from "../live/time-axis.js";

const COLOUR = /^var\(--([a-z-]+)\)$/;
// For the zone below the first time, in pixels.
const SECOND_LINE = 16;

/**
 * @typedef {{x: number[], customdata?: string[]}} Trace
 * @typedef {{height: number, margin: {l: number, r: number, b: number}, xaxis: {range: [number, number]}, meta: {has_times: boolean}}} Layout
 * @typedef {{data: Trace[], layout: Layout}} ServerFigure
 */

/**
 * @param {HTMLElement} report
 */
export function openFigures(report) {
  const charts = Array.from(/** @type {NodeListOf<HTMLElement>} */ (report.querySelectorAll("[data-chart]")));
  if (!charts.length) return;
  const redraw = () => charts.forEach(draw);
  onThemeChange(redraw);
  window.addEventListener("resize", () => requestAnimationFrame(redraw));
  // In a file that was downloaded it is there.
  if (window.Plotly) {
    redraw();
    return;
  }
  // Plotly keeps a slow computer busy for seconds, so it comes after the page has been painted.
  const script = document.createElement("script");
  script.src = report.dataset.plotly ?? "";
  script.addEventListener("load", redraw, { once: true });
  requestAnimationFrame(() => setTimeout(() => document.head.append(script)));
}

/** @param {HTMLElement} chart */
function draw(chart) {
  if (!window.Plotly) return;
  const width = chart.clientWidth;
  // On paper, and where nothing is shown, the drawing stands.
  if (!width || matchMedia("print").matches) return;
  const { data, layout } = forViewer(jsonById(`${chart.dataset.chart}-figure`), width);
  window.Plotly.react(plotOf(chart), data, layout, CONFIG);
  chart.toggleAttribute("data-drawn", true);
}

/** @param {HTMLElement} chart */
function plotOf(chart) {
  const known = /** @type {HTMLElement | null} */ (chart.querySelector(".chart-plot"));
  if (known) return known;
  const plot = document.createElement("div");
  plot.className = "chart-plot";
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", chart.querySelector("svg.chart > title")?.textContent ?? "");
  chart.prepend(plot);
  return plot;
}

/**
 * The figure in the colours of this theme and with times of this clock.
 *
 * @param {ServerFigure} figure
 * @param {number} width
 */
function forViewer(figure, width) {
  const { data, layout } = /** @type {ServerFigure} */ (inColours(figure, colours()));
  if (!layout.meta.has_times) return { data, layout: { ...layout, width } };
  const [from, to] = layout.xaxis.range;
  const plot = width - layout.margin.l - layout.margin.r;
  return {
    data: data.map(withTimes),
    layout: {
      ...layout,
      width,
      height: layout.height + SECOND_LINE,
      margin: { ...layout.margin, b: layout.margin.b + SECOND_LINE },
      xaxis: { ...layout.xaxis, ...timeAxis({ from, to, width: plot }) },
    },
  };
}

/** @param {Trace} trace */
function withTimes(trace) {
  if (!trace.customdata) return trace;
  const said = trace.customdata.map((text, index) => inOwnDirection(`${timeOfDay(trace.x[index])} · ${text}`));
  return { ...trace, customdata: said };
}

/**
 * Everything with "var(--token)" replaced by the token's value.
 *
 * @param {unknown} value
 * @param {Colour} colour
 * @returns {unknown}
 */
export function inColours(value, colour) {
  if (typeof value === "string") return value.replace(COLOUR, (_, token) => colour(token));
  if (Array.isArray(value)) return value.map((one) => inColours(one, colour));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inColours(one, colour)]));
}
