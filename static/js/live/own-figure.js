/** The figure of one student's own line. */

import { HOVER_LABEL, baseLayout, pointLabel, valueAxis } from "./figure-layout.js";

/**
 * One student's own line, and their usual score as a dotted one.
 *
 * @param {object} facts
 * @param {StripStep[]} facts.steps
 * @param {number} facts.step
 * @param {number | null | undefined} facts.baseline
 * @param {number} facts.width
 * @param {Colour} facts.colour
 * @param {Messages} facts.messages
 */
export function ownFigure({ steps, step, baseline, width, colour, messages }) {
  const first = steps[0].at;
  const to = steps[steps.length - 1].at + step * 1000;
  return {
    traces: [
      {
        x: steps.map(({ at }) => at + step * 500),
        y: steps.map(({ score }) => (score === null ? null : score / 100)),
        mode: "lines+markers",
        line: { color: colour("series"), width: 2 },
        marker: { size: 4 },
        customdata: steps.map(({ at, score }) => pointLabel(at, score === null ? null : score / 100)),
        hovertemplate: HOVER_LABEL,
      },
    ],
    layout: {
      ...baseLayout({ colour, from: first, to, width }),
      yaxis: valueAxis(colour),
      ...(typeof baseline === "number" && usualLine(baseline, colour, messages)),
    },
  };
}

/**
 * @param {number} baseline
 * @param {Colour} colour
 * @param {Messages} messages
 */
function usualLine(baseline, colour, messages) {
  const line = { color: colour("ink-soft"), width: 1, dash: "dot" };
  const text = { text: messages("chart.usual"), showarrow: false, xanchor: "left", yanchor: "top" };
  return {
    shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: baseline, y1: baseline, line }],
    annotations: [{ xref: "paper", x: 0.01, y: baseline, ...text }],
  };
}
