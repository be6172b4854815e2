// Strips on canvases: a colour for each step, height too, so that they can be read without colours.

import { colours } from "./theme.js";

const FACES = new Set([
  "none", "several", "unsure", "too_dark", "too_bright", "still", "turned", "looking_down", "no_frame",
]);

/**
 * Calls draw(canvas, size, colour) for the strips in view, all of one size, and for others when they come into view:
 * two hundred of them twice a second would be most of what the page does.
 */
export function openStrips(draw) {
  const inView = new Set();
  const watching = new IntersectionObserver(look, { rootMargin: "200px" });
  let size = { width: 0, height: 0 };

  function look(entries) {
    for (const { target, isIntersecting } of entries) inView[isIntersecting ? "add" : "delete"](target);
    measure();
    drawThese(entries.map(({ target }) => target).filter((canvas) => inView.has(canvas)));
  }

  function drawThese(canvases) {
    const colour = colours();
    for (const canvas of canvases) draw(canvas, size, colour);
  }

  /** To be called before the page is changed: after it, the browser would have to lay the page out for the answer. */
  function measure() {
    const [canvas] = inView;
    if (canvas) size = { width: canvas.clientWidth, height: canvas.clientHeight };
  }

  return {
    measure,
    draw: () => drawThese(inView),
    add: (canvas) => watching.observe(canvas),
    remove(canvas) {
      watching.unobserve(canvas);
      inView.delete(canvas);
    },
  };
}

export function drawStrip(canvas, steps, size, colour) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [size.width * ratio, size.height * ratio];
  if (!width) return;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  const wide = width / steps.length;
  steps.forEach((step, index) => {
    const { token, tall } = look(step);
    if (!token) return;
    pen.fillStyle = colour(token);
    pen.fillRect(Math.floor(index * wide), height * (1 - tall), Math.ceil(wide), height * tall);
  });
}

function look({ code, score, band }) {
  if (code === null || code === "gone") return {};
  if (score !== null) return { token: band, tall: 0.35 + 0.0065 * score };
  if (code === "camera_on") return { token: "accent", tall: 0.35 };
  return FACES.has(code) ? { token: "warn", tall: 0.18 } : { token: "unmeasured", tall: 0.18 };
}

/** What a status says of the camera, whatever the pictures show. */
export function isCameraOn(status) {
  return status === "measured" || status === "camera_on" || FACES.has(status);
}

/** "measured 82 steps, tab hidden 12 steps" in words: how much of the strip says what. */
export function countsOf(steps) {
  const counts = new Map();
  for (const { code } of steps) if (code !== null && code !== "gone") counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
