/** What all figures for Plotly share: margins, axes and labels. */

import { inOwnDirection, percent, timeOfDay } from "../lib/format.js";
import { timeAxis } from "./time-axis.js";

export const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false };
export const MARGIN = { l: 44, r: 28, t: 22, b: 46 }; // pixels

// As text, because Plotly would write the number of milliseconds, and percent as in English.
export const HOVER_LABEL = "%{customdata}<extra></extra>";
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/**
 * Labels are kept, because each redraw asks for the same moments, and writing 400 takes 9 ms.
 *
 * @type {Map<number, string>}
 */
const labels = new Map();
// A day has 8,640 steps.
const MOST_LABELS = 10_000;

/** @param {number} at */
export function labelOf(at) {
  if (labels.size > MOST_LABELS) labels.clear();
  const label = labels.get(at) ?? timeOfDay(at);
  labels.set(at, label);
  return label;
}

/** @param {{colour: Colour, from: number, to: number, width: number}} facts */
export function baseLayout({ colour, from, to, width }) {
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
    xaxis: {
      ...axis,
      ticks: "outside",
      ticklen: 5,
      tickcolor: colour("line"),
      fixedrange: true,
      gridcolor: colour("line"),
      zeroline: false,
    },
  };
}

/**
 * What a point says under the pointer.
 *
 * @param {number} at
 * @param {number | null} value
 */
export const pointLabel = (at, value) => (value === null ? "" : inOwnDirection(`${labelOf(at)} · ${percent(value)}`));

/**
 * @param {Colour} colour
 * @param {number[]} [ticks]
 */
export function valueAxis(colour, ticks = TICKS) {
  const labelled = { tickmode: "array", tickvals: ticks, ticktext: ticks.map(percent) };
  return { range: [0, 1], ...labelled, fixedrange: true, gridcolor: colour("line"), zeroline: false };
}
