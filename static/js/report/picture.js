/** "Copy as picture": a chart's drawing with its legend as PNG, in light colours. */

import { drawingOfStrips } from "./strips.js";

// Twice the size of the drawing, for a screen with small pixels and for slides.
const SCALE = 2;
// What every browser draws: Safari stops at 16.7 million pixels, Chromium at 16,384 on a side.
const MOST_PIXELS = 16_000_000;
const LONGEST_SIDE = 16_000;

/** @param {HTMLElement} report */
export function showPictureButtons(report) {
  const charts = /** @type {NodeListOf<HTMLElement>} */ (report.querySelectorAll("[data-chart], [data-strips]"));
  for (const chart of charts) {
    const button = /** @type {HTMLButtonElement | null} */ (chart.querySelector("button[data-copied]"));
    const label = button?.querySelector("span");
    if (!button || !label) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const isCopied = await copyOrSave(chart);
      label.textContent = (isCopied ? button.dataset.copied : button.dataset.saved) ?? "";
    });
  }
}

/**
 * Whether the picture is in the clipboard; otherwise it was saved as a file.
 *
 * @param {HTMLElement} chart
 */
async function copyOrSave(chart) {
  const picture = pictureOf(chart);
  try {
    // Safari asks for the promise: a click counts only until the first wait.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    return true;
  } catch {
    // Not over https, not allowed, or not known to this browser.
    save(await picture, `${chart.dataset.chart ?? chart.dataset.strips}.png`);
    return false;
  }
}

/** @param {HTMLElement} chart */
async function pictureOf(chart) {
  const { text, width, height } = chart.dataset.strips ? drawingOfStrips(chart) : drawingOf(chart);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = scaleOf(width, height);
    return await asPng(image, Math.round(width * scale), Math.round(height * scale));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * How many pixels each unit of a drawing gets: two, or fewer where the picture would be larger than browsers draw.
 *
 * @param {number} width
 * @param {number} height
 */
export function scaleOf(width, height) {
  return Math.min(SCALE, Math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / Math.max(width, height));
}

/**
 * The drawing with its legend, which lies below what the page shows of it.
 *
 * @param {HTMLElement} chart
 * @returns {import("./strips.js").Drawing}
 */
function drawingOf(chart) {
  const drawing = /** @type {SVGSVGElement} */ (chart.querySelector("svg.chart"));
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const width = drawing.viewBox.baseVal.width;
  const height = Number(drawing.dataset.height);
  copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  copy.setAttribute("width", `${width}`);
  copy.setAttribute("height", `${height}`);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

/**
 * @param {HTMLImageElement} image
 * @param {number} width
 * @param {number} height
 * @returns {Promise<Blob>}
 */
function asPng(image, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

/**
 * @param {Blob} picture
 * @param {string} name
 */
function save(picture, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(picture);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
