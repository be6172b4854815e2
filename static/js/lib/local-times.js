/** Writes the times of a page, which the server wrote in its own zone, on the viewer's clock. */

import { inShape, zoneName } from "./format.js";

/** @import { Shape } from "./format.js" */

const times = /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-time]"));
for (const time of times) {
  time.textContent = inShape(/** @type {Shape} */ (time.dataset.time), new Date(time.dateTime));
}

// In a drawing, which can hold no <time>.
const labels = /** @type {NodeListOf<SVGTextElement>} */ (document.querySelectorAll("text[data-time]"));
for (const label of labels) {
  const { time, at } = label.dataset;
  if (at) label.textContent = inShape(/** @type {Shape} */ (time), new Date(at));
}

const fields = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[data-now]"));
for (const field of fields) {
  const isUntouched = field.value === field.defaultValue;
  if (isUntouched) field.value = inShape(/** @type {Shape} */ (field.dataset.now), Date.now());
}

for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zoneName();
