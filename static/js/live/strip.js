/** Strips on canvases: each step has a colour and a height, so that they can be read without colours. */

import { atMostEvery } from "../lib/redraw.js";
import { colours } from "./theme.js";

/** Reasons that are about the face in the picture: the camera is on. */
const FACE_REASONS = new Set([
  "none",
  "several",
  "unsure",
  "too_dark",
  "too_bright",
  "still",
  "turned",
  "looking_down",
  "no_frame",
]);

/** @typedef {{width: number, height: number}} Size in CSS pixels */

const PAUSE_MS = 2000;

/**
 * Calls draw(canvas, size, colour) for the strips in view, all of one size, and for others when they come into view:
 * drawing two hundred of them twice a second would be most of what the page does.
 *
 * @param {(canvas: HTMLCanvasElement, size: Size, colour: Colour) => void} draw
 */
export function openStrips(draw) {
  /** @type {Set<HTMLCanvasElement>} */
  const inView = new Set();
  const observer = new IntersectionObserver(onIntersection, { rootMargin: "200px" });
  // Asking a canvas for its size after the page was changed would make the browser do the layout at once.
  const sizes = new ResizeObserver(onResize);
  /** @type {HTMLCanvasElement | undefined} */
  let measured;
  let size = { width: 0, height: 0 };
  const drawing = atMostEvery(PAUSE_MS, () => drawAll(inView));

  /** @param {IntersectionObserverEntry[]} entries */
  function onIntersection(entries) {
    for (const { target, isIntersecting } of entries) {
      const canvas = /** @type {HTMLCanvasElement} */ (target);
      if (isIntersecting) inView.add(canvas);
      else inView.delete(canvas);
    }
    measure();
    const shown = entries.filter(({ isIntersecting }) => isIntersecting);
    drawAll(shown.map(({ target }) => /** @type {HTMLCanvasElement} */ (target)));
  }

  /** @param {Iterable<HTMLCanvasElement>} canvases */
  function drawAll(canvases) {
    const colour = colours();
    for (const canvas of canvases) draw(canvas, size, colour);
  }

  function measure() {
    const [canvas] = inView;
    if (!canvas || canvas === measured) return;
    sizes.disconnect();
    sizes.observe(canvas);
    measured = canvas;
    size = { width: canvas.clientWidth, height: canvas.clientHeight };
  }

  /** @param {ResizeObserverEntry[]} entries */
  function onResize(entries) {
    const { width, height } = entries[entries.length - 1].contentRect;
    const isOther = Math.round(width) !== size.width || Math.round(height) !== size.height;
    // In a hidden view it is 0.
    if (!width || !isOther) return;
    size = { width: Math.round(width), height: Math.round(height) };
    drawAll(inView);
  }

  return {
    draw: () => drawing.soon(null),
    /**
     * Observes all strips of the page. Those that are observed already stay so.
     *
     * @param {Iterable<HTMLCanvasElement>} canvases
     */
    observe(canvases) {
      for (const canvas of canvases) observer.observe(canvas);
      for (const canvas of inView) if (!canvas.isConnected) inView.delete(canvas);
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {StripStep[]} steps
 * @param {Size} size
 * @param {Colour} colour
 */
export function drawStrip(canvas, steps, size, colour) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
  const context = canvas.getContext("2d");
  if (!width || !context) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  context.clearRect(0, 0, width, height);
  const stepWidth = width / steps.length;
  steps.forEach((step, index) => {
    const bar = barOf(step);
    if (!bar) return;
    context.fillStyle = colour(bar.token);
    context.fillRect(Math.floor(index * stepWidth), height * (1 - bar.tall), Math.ceil(stepWidth), height * bar.tall);
  });
}

/**
 * A step's colour token and height as a share of the strip's, or null for a step that shows nothing.
 *
 * @param {StripStep} step
 */
function barOf({ code, score, band }) {
  if (code === null || code === "gone") return null;
  if (score !== null && band) return { token: band, tall: 0.35 + 0.0065 * score };
  if (code === "camera_on") return { token: "class-only", tall: 0.35 };
  return { token: FACE_REASONS.has(code) ? "no-expression" : "unmeasured", tall: 0.18 };
}

/**
 * Whether a status means that the camera is on, whatever its pictures show.
 *
 * @param {string} status
 */
export function isCameraOn(status) {
  return status === "measured" || status === "camera_on" || FACE_REASONS.has(status);
}

/**
 * How many steps have which code.
 *
 * @param {StripStep[]} steps
 */
export function countsOf(steps) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { code } of steps) if (code !== null && code !== "gone") counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
