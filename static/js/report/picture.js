/** "Copy as picture": a chart's drawing with its legend as PNG, in light colours. */

// Twice the size of the drawing, for a screen with small pixels and for slides.
const SCALE = 2;

/** @param {HTMLElement} report */
export function showPictureButtons(report) {
  const charts = /** @type {NodeListOf<HTMLElement>} */ (report.querySelectorAll("[data-chart]"));
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
    save(await picture, `${chart.dataset.chart}.png`);
    return false;
  }
}

/** @param {HTMLElement} chart */
async function pictureOf(chart) {
  const { text, width, height } = standalone(/** @type {SVGSVGElement} */ (chart.querySelector("svg.chart")));
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return await asPng(image, width * SCALE, height * SCALE);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * The drawing with its legend, which lies below what the page shows of it.
 *
 * @param {SVGSVGElement} drawing
 */
function standalone(drawing) {
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
