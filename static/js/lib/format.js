// Numbers and times in the page's language: they are written out here, never computed.

const language = () => document.documentElement.lang || "en";
const made = new Map(); // to make a formatter takes longer than to use it a hundred times

function formatter(kind, options) {
  const key = JSON.stringify(options);
  if (!made.has(key)) made.set(key, new kind(language(), options));
  return made.get(key);
}

const PERCENT = { style: "percent", maximumFractionDigits: 0 };

export function percent(fraction) {
  return formatter(Intl.NumberFormat, PERCENT).format(fraction);
}

const SHAPES = {
  date: { dateStyle: "medium" },
  minute: { timeStyle: "short", hourCycle: "h23" },
  second: { timeStyle: "medium", hourCycle: "h23" },
  moment: { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" },
  day: { month: "short", day: "numeric" }, // these two for the ticks of a chart
  bare: { timeStyle: "short", hourCycle: "h23" },
};
const NAMES_ZONE = new Set(["minute", "second", "moment"]);
const HALF_A_DAY_MS = 12 * 60 * 60 * 1000;

/**
 * A moment on this computer's clock, in one of the shapes that templates know as well (time_as). Near a change of the
 * clock the zone is named: 01:30 EDT and 01:30 EST are an hour apart.
 */
export function inShape(shape, moment) {
  const text = formatter(Intl.DateTimeFormat, SHAPES[shape]).format(moment);
  return NAMES_ZONE.has(shape) && isNearChange(moment) ? `${text} ${zoneAt(moment)}` : text;
}

/** Within half a day of it: a lesson over the change names its zone from beginning to end. */
export function isNearChange(moment) {
  const offset = (shift) => new Date(Number(moment) + shift).getTimezoneOffset();
  return offset(-HALF_A_DAY_MS) !== offset(HALF_A_DAY_MS);
}

const ZONE = { hour: "numeric", timeZoneName: "short" };

/** "EDT", or "GMT+2" where the page's language has no name for it. */
export function zoneAt(moment) {
  const parts = formatter(Intl.DateTimeFormat, ZONE).formatToParts(moment);
  return parts.find(({ type }) => type === "timeZoneName").value;
}

export const timeOfDay = (milliseconds) => inShape("second", milliseconds);

/** "Europe/Berlin": the zone of this computer's clock, for all times of a page, of summer and of winter. */
export function zoneName() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** For a sentence: a name written from right to left does not turn the words around it. */
export const isolated = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

/** 75000 -> "1:15", 3675000 -> "1:01:15" */
export function elapsed(milliseconds) {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
