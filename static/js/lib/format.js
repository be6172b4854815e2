/** Numbers and times as the viewer's locale writes them: they are written out here, never computed. */

/** @typedef {keyof typeof SHAPES | keyof typeof JOINED} Shape */

// The language of the page with the region of the browser, which the server has found (config/locales.py).
const locale = () => document.documentElement.dataset.locale || "en";

/**
 * Formatters are kept, because making one takes longer than using it a hundred times.
 *
 * @type {Map<string, Intl.NumberFormat>}
 */
const numberFormats = new Map();
/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/**
 * @template Format
 * @param {Map<string, Format>} cache
 * @param {string} key
 * @param {() => Format} make
 */
function cached(cache, key, make) {
  const known = cache.get(key) ?? make();
  cache.set(key, known);
  return known;
}

/** @type {Intl.Collator | undefined} */
let collator;

/**
 * The order of two names in the page's language: "Student 2" before "Student 10".
 *
 * @param {string} one
 * @param {string} other
 */
export function compareNames(one, other) {
  collator ??= new Intl.Collator(document.documentElement.lang, { numeric: true });
  return collator.compare(one, other);
}

/** @param {number} fraction */
export function percent(fraction) {
  const options = /** @type {const} */ ({ style: "percent", maximumFractionDigits: 0 });
  return cached(numberFormats, "percent", () => new Intl.NumberFormat(locale(), options)).format(fraction);
}

/** @param {number} fraction as a percentage without its sign, as in "59 to 67%" */
export function percentage(fraction) {
  const options = /** @type {const} */ ({ maximumFractionDigits: 0 });
  return cached(numberFormats, "whole", () => new Intl.NumberFormat(locale(), options)).format(100 * fraction);
}

const SHAPES = /** @type {const} */ ({
  date: { year: "numeric", month: "short", day: "numeric" },
  minute: { timeStyle: "short" },
  second: { timeStyle: "medium" },
  weekday: { weekday: "long", month: "long", day: "numeric" },
  // The two shapes of a chart's ticks.
  day: { month: "short", day: "numeric" },
  bare: { timeStyle: "short" },
});
// Browsers write the hour of a date with a time in another way than the hour of a time.
const JOINED = /** @type {const} */ ({
  moment: ["date", "minute"],
  // The title that is suggested for a lesson.
  title: ["weekday", "minute"],
});
const SHAPES_WITH_ZONE = new Set(["minute", "second"]);
const HALF_A_DAY_MS = 12 * 60 * 60 * 1000;

/**
 * A moment on this computer's clock, in one of the shapes that templates know as well (time_as). Near a change of the
 * clock it names the zone: 01:30 EDT and 01:30 EST are an hour apart.
 *
 * @param {Shape} shape
 * @param {number | Date} moment
 * @returns {string}
 */
export function inShape(shape, moment) {
  if (shape in JOINED) {
    const [day, time] = JOINED[/** @type {keyof typeof JOINED} */ (shape)];
    return inShape(day, moment) + separator() + inShape(time, moment);
  }
  return inSimpleShape(/** @type {keyof typeof SHAPES} */ (shape), moment);
}

/**
 * @param {keyof typeof SHAPES} shape
 * @param {number | Date} moment
 */
function inSimpleShape(shape, moment) {
  const format = cached(dateFormats, shape, () => new Intl.DateTimeFormat(locale(), SHAPES[shape]));
  const text = format.format(moment);
  return SHAPES_WITH_ZONE.has(shape) && isNearChange(moment) ? `${text} ${zoneAt(moment)}` : text;
}

/** What stands between a date and a time: a comma, which is another one in Arabic. */
function separator() {
  const options = /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" });
  const format = cached(dateFormats, "separator", () => new Intl.DateTimeFormat(locale(), options));
  const parts = format.formatToParts(0);
  return parts[parts.findIndex(({ type }) => type === "hour") - 1].value;
}

/**
 * Whether the clock changes within half a day: a lesson over the change names its zone from beginning to end.
 *
 * @param {number | Date} moment
 */
export function isNearChange(moment) {
  const offset = (/** @type {number} */ shift) => new Date(Number(moment) + shift).getTimezoneOffset();
  return offset(-HALF_A_DAY_MS) !== offset(HALF_A_DAY_MS);
}

/**
 * "EDT", or "GMT+2" where the page's language has no name for the zone.
 *
 * @param {number | Date} moment
 */
export function zoneAt(moment) {
  const options = /** @type {const} */ ({ hour: "numeric", timeZoneName: "short" });
  const format = cached(dateFormats, "zone", () => new Intl.DateTimeFormat(locale(), options));
  return format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** @param {number} moment in ms since 1970 */
export const timeOfDay = (moment) => inShape("second", moment);

/** "Europe/Berlin": the zone of this computer's clock, for a page on paper. */
export function zoneName() {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name for use inside a sentence: written in the other direction, it does not turn the text around it.
 *
 * @param {string} text
 */
export function isolated(text) {
  const mayTurn = RIGHT_TO_LEFT.test(text) || document.documentElement.dir === "rtl";
  return mayTurn ? `\u2068${text}\u2069` : text;
}

/**
 * A text for a chart, whose direction is from left to right on every page: words in it keep the page's direction.
 *
 * @param {string} text
 */
export const inOwnDirection = (text) =>
  document.documentElement.dir === "rtl" ? `\u2067${text}\u2069` : text;

/**
 * 75000 -> "1:15", 3675000 -> "1:01:15"
 *
 * @param {number} milliseconds
 */
export function elapsed(milliseconds) {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  const seconds = String(total % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}
