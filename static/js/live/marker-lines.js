// Markers in a chart: a dashed line each, and above it the number that the marker has in the page's list.

const FONT_SIZE = 12;
const DIGIT_WIDTH = 8; // pixels, generously: a digit of this size takes 7
const GAP = 6; // between two numbers

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

/** One text for markers whose numbers would touch: [{at, text: "3" | "1–2"}], oldest first. */
export function numbers(markers, pixelsPerMs) {
  const groups = [];
  markers.forEach(({ at }, index) => {
    let group = { since: at, until: at, first: index + 1, last: index + 1 };
    while (groups.length && touch(groups.at(-1), group, pixelsPerMs)) group = joined(groups.pop(), group);
    groups.push(group);
  });
  return groups.map((group) => ({ at: middle(group), text: textOf(group) }));
}

const middle = ({ since, until }) => (since + until) / 2;
const textOf = ({ first, last }) => (first === last ? `${first}` : `${first}–${last}`);
const joined = (left, right) => ({ ...left, until: right.until, last: right.last });

function touch(left, right, pixelsPerMs) {
  const apart = (middle(right) - middle(left)) * pixelsPerMs;
  const needed = ((textOf(left).length + textOf(right).length) * DIGIT_WIDTH) / 2 + GAP;
  return apart < needed;
}
