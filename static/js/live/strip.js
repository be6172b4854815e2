// One strip on a canvas: a colour for each step, height too, so that it can be read without colours.

import { colours } from "./theme.js";

const HIGH = 65; // the server's bands, in percent: above, and below 25 is low
const LOW = 25;
const FACES = new Set(["none", "several", "unsure", "too_dark", "no_frame"]);

export function drawStrip(canvas, steps, colour = colours()) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
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

function look({ code, score }) {
  if (code === null) return {};
  if (score !== null) return { token: score > HIGH ? "high" : score < LOW ? "low" : "middle", tall: 0.35 + 0.0065 * score };
  if (code === "camera_on") return { token: "accent", tall: 0.35 };
  return FACES.has(code) ? { token: "warn", tall: 0.18 } : { token: "unmeasured", tall: 0.18 };
}

/** "measured 82 steps, tab hidden 12 steps" in words: how much of the strip says what. */
export function countsOf(steps) {
  const counts = new Map();
  for (const { code } of steps) if (code !== null) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}
