// A time axis that no clock bends: milliseconds in UTC along it, and the viewer's own clock on its ticks. Plotly's own
// date axis would draw the two hours of an autumn night onto one, and leave a hole in spring.

import { inShape, isNearChange, zoneAt } from "../lib/format.js";

const MINUTE_MS = 60 * 1000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440]; // minutes that people count in
const LABEL_WIDTH = 76; // pixels: "GMT+10:30" and some air

/** `width` is that of the plot, in pixels. */
export function timeAxis({ from, to, width }) {
  const moments = ticks(from, to, width);
  return {
    type: "linear",
    range: [from, to],
    tickmode: "array",
    tickvals: moments,
    ticktext: moments.map((at, index) => label(at, moments[index - 1])),
  };
}

/** Moments at which the viewer's clock shows round times, oldest first; an hour that it shows twice has them twice. */
export function ticks(from, to, width) {
  const most = Math.max(2, Math.floor(width / LABEL_WIDTH));
  const step = STEPS.find((minutes) => (to - from) / (minutes * MINUTE_MS) <= most) ?? STEPS.at(-1);
  const look = (step < 15 ? 1 : 15) * MINUTE_MS; // no zone is off UTC by anything but quarters of an hour
  const found = [];
  for (let at = Math.ceil(from / look) * look; at <= to; at += look) {
    if (minuteOfDay(at) % step === 0) found.push(at);
  }
  const tooMany = Math.ceil(found.length / most); // of days
  return step < STEPS.at(-1) ? found : found.filter((_, index) => index % tooMany === 0);
}

function minuteOfDay(at) {
  const clock = new Date(at);
  return clock.getHours() * 60 + clock.getMinutes();
}

/** "01:30", and below it what is new: the zone on the first tick and near a change of the clock, a new day. */
function label(at, before) {
  const below = [];
  if (before !== undefined && inShape("day", before) !== inShape("day", at)) below.push(inShape("day", at));
  if (before === undefined || isNearChange(at)) below.push(zoneAt(at));
  return [inShape("bare", at), below.join(" ")].filter(Boolean).join("<br>");
}
