/** The strips of all students as one drawing: a line for each with their name, the times and the legend below. */

const WIDTH = 720;
const EDGE = 8;
const NAMES = 180;
const LINE = 24;
const STRIP = 18;
// As wide as the times that the server has drawn for them (dashboards/charts/strips.py).
const STRIPS = WIDTH - NAMES - EDGE;
// Of a letter on average.
const LETTER = 6.6;
const SWATCH = 20;
const NAMESPACE = "http://www.w3.org/2000/svg";
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans Arabic', sans-serif";

/**
 * @typedef {{x: number, y: number}} Place
 * @typedef {{text: string, width: number, height: number}} Drawing
 */

/**
 * A name that fits beside its strip.
 *
 * @param {string} name
 */
export function shortened(name) {
  const letters = [...name];
  const most = Math.floor((NAMES - 2 * EDGE) / LETTER);
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : name;
}

/**
 * The places of a legend's entries, in as many lines as they need, and the end of the last one.
 *
 * @param {string[]} texts
 * @param {number} top
 * @returns {{places: Place[], end: number}}
 */
export function legendPlaces(texts, top) {
  let [x, y] = [EDGE, top];
  const places = texts.map((label) => {
    const width = SWATCH + LETTER * label.length + 16;
    if (x > EDGE && x + width > WIDTH) [x, y] = [EDGE, y + LINE];
    const place = { x, y };
    x += width;
    return place;
  });
  return { places, end: texts.length ? y + LINE : top };
}

/**
 * @param {HTMLElement} figure
 * @returns {Drawing}
 */
export function drawingOfStrips(figure) {
  const rows = [...figure.querySelectorAll("tbody > tr")].filter((row) => row.querySelector(".session-strip"));
  const entries = [...figure.querySelectorAll(".legend > li")];
  const below = rows.length * LINE;
  const { places, end } = legendPlaces(
    entries.map((entry) => entry.textContent ?? ""),
    below + LINE + EDGE,
  );
  const drawing = element("svg", { viewBox: `0 0 ${WIDTH} ${end}`, width: WIDTH, height: end });
  drawing.setAttribute("font-family", FONT);
  drawing.setAttribute("font-size", "12");
  rows.forEach((row, index) => drawing.append(...lineOf(row, index * LINE)));
  drawing.append(copied(figure, "[data-axis] > svg", { x: NAMES, y: below }));
  entries.forEach((entry, index) => drawing.append(...entryOf(entry, places[index])));
  return { text: new XMLSerializer().serializeToString(drawing), width: WIDTH, height: end };
}

/**
 * @param {Element} row
 * @param {number} y
 */
function lineOf(row, y) {
  const name = row.querySelector("bdi")?.textContent ?? "";
  const strip = copied(row, ".session-strip", { x: NAMES, y: y + 3, width: STRIPS, height: STRIP });
  const edge = element("rect", { x: NAMES, y: y + 3, width: STRIPS, height: STRIP, fill: "none" });
  edge.setAttribute("stroke", "#c9d1d4");
  return [text(shortened(name), EDGE, y + 16), strip, edge];
}

/**
 * @param {Element} entry
 * @param {Place} place
 */
function entryOf(entry, { x, y }) {
  const swatch = copied(entry, ".chart-swatch", { x, y: y + 5, width: 14, height: 10 });
  return [swatch, text((entry.textContent ?? "").trim(), x + SWATCH, y + 14)];
}

/**
 * A drawing of the page in another place. Its own colours are the light ones: rules of style sheets stay behind.
 *
 * @param {Element} parent
 * @param {string} selector
 * @param {Record<string, number>} attributes
 */
function copied(parent, selector, attributes) {
  const copy = /** @type {SVGElement} */ (/** @type {Element} */ (parent.querySelector(selector)).cloneNode(true));
  for (const [name, value] of Object.entries(attributes)) copy.setAttribute(name, `${value}`);
  return copy;
}

/**
 * @param {string} content
 * @param {number} x
 * @param {number} y
 */
function text(content, x, y) {
  const made = element("text", { x, y, fill: "#18212a" });
  made.textContent = content;
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function element(name, attributes) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, `${value}`);
  return made;
}
