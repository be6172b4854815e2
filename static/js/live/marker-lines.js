/** Markers in a chart: a dashed line each, and above it the number that the marker has in the page's list. */

const FONT_SIZE = 12; // pixels
const DIGIT_WIDTH = 8; // pixels, generously: a digit of this size takes 7
const GAP = 6; // pixels between two numbers

/** @param {{markers: {at: number}[], from: number, to: number, width: number, colour: Colour}} chart */
export function markerLines({ markers, from, to, width, colour }) {
  const line = { color: colour("warn"), width: 2, dash: "dash" };
  return {
    shapes: markers.map(({ at }) => ({ type: "line", xref: "x", yref: "paper", x0: at, x1: at, y0: 0, y1: 1, line })),
    annotations: numbers(markers, width / (to - from)).map(({ at, text }) => ({
      x: at,
      y: 1.02,
      yref: "paper",
      yanchor: "bottom",
      text,
      showarrow: false,
      font: { size: FONT_SIZE, color: colour("warn") },
    })),
  };
}

/** @typedef {{since: number, until: number, first: number, last: number}} Group of neighbouring markers */

/**
 * Markers whose numbers would touch share one text: [{at, text: "3" | "1–2"}], oldest first.
 *
 * @param {{at: number}[]} markers
 * @param {number} pixelsPerMs
 */
export function numbers(markers, pixelsPerMs) {
  /** @type {Group[]} */
  const groups = [];
  markers.forEach(({ at }, index) => {
    let group = { since: at, until: at, first: index + 1, last: index + 1 };
    for (let left = groups.at(-1); left && touch(left, group, pixelsPerMs); left = groups.at(-1)) {
      groups.pop();
      group = { ...left, until: group.until, last: group.last };
    }
    groups.push(group);
  });
  return groups.map((group) => ({ at: middleOf(group), text: textOf(group) }));
}

/** @param {Group} group */
const middleOf = ({ since, until }) => (since + until) / 2;

/** @param {Group} group */
const textOf = ({ first, last }) => (first === last ? `${first}` : `${first}–${last}`);

/**
 * @param {Group} left
 * @param {Group} right
 * @param {number} pixelsPerMs
 */
function touch(left, right, pixelsPerMs) {
  const apart = (middleOf(right) - middleOf(left)) * pixelsPerMs;
  const needed = ((textOf(left).length + textOf(right).length) * DIGIT_WIDTH) / 2 + GAP;
  return apart < needed;
}
