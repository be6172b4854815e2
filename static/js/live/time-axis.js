/**
 * A time axis in which an hour is as long as any other: milliseconds in UTC along it, and the viewer's own clock on its
 * ticks. Plotly's date axis would draw the two equal hours of an autumn night onto one, and leave a hole in spring.
 */

import { inOwnDirection, inShape, isNearChange, zoneAt } from "../lib/format.js";

const MINUTE_MS = 60 * 1000;
// Steps that people count in.
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720]; // minutes
const DAY = 1440; // minutes
const LABEL_WIDTH = 76; // pixels: "GMT+10:30" and some air

/** @param {{from: number, to: number, width: number}} axis the width is that of the plot, in pixels */
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

/**
 * Moments at which the viewer's clock shows round times, oldest first; an hour that it shows twice has them twice.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} width
 */
function ticks(from, to, width) {
  const most = Math.max(2, Math.floor(width / LABEL_WIDTH));
  const step = STEPS.find((minutes) => (to - from) / (minutes * MINUTE_MS) <= most) ?? DAY;
  // Every zone differs from UTC by a multiple of a quarter of an hour.
  const stride = (step < 15 ? 1 : 15) * MINUTE_MS;
  const found = [];
  for (let at = Math.ceil(from / stride) * stride; at <= to; at += stride) {
    if (minuteOfDay(at) % step === 0) found.push(at);
  }
  if (step < DAY) return found;
  const every = Math.ceil(found.length / most);
  return found.filter((_, index) => index % every === 0);
}

/** @param {number} at */
function minuteOfDay(at) {
  const clock = new Date(at);
  return clock.getHours() * 60 + clock.getMinutes();
}

/**
 * "01:30", and below it what is new: a new day, and the zone on the first tick and near a change of the clock.
 *
 * @param {number} at
 * @param {number | undefined} before the tick before this one
 */
function label(at, before) {
  const below = [];
  if (before !== undefined && inShape("day", before) !== inShape("day", at)) below.push(inShape("day", at));
  if (before === undefined || isNearChange(at)) below.push(zoneAt(at));
  return [inShape("bare", at), below.join(" ")].filter(Boolean).map(inOwnDirection).join("<br>");
}
