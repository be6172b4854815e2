/** How answers are named, and how large the words of a cloud are, on every screen. */

// Before the answers of a choice, as tests at school have them: "take B". activities/letters.py has the same two rows.
const LATIN = ["A", "B", "C", "D", "E", "F"];
const ARABIC = ["أ", "ب", "ج", "د", "هـ", "و"];
const ARABIC_SCRIPT = /[\u0620-\u064a]/;
// Words of the cloud have one of so many sizes.
const CLOUD_SIZES = 5;

/**
 * The labels of a question's bars: its options, or the five values of a scale with the words of its ends.
 *
 * @param {Pick<ShownQuestion, "kind" | "options">} question
 */
export function labelsOf({ kind, options }) {
  if (kind !== "scale") return options;
  const [low, high] = options;
  return ["1", "2", "3", "4", "5"].map((value, place) => [value, { 0: low, 4: high }[place]].filter(Boolean).join(" · "));
}

/**
 * The letters of the script in which the question is written: a class of two languages sees the same on all screens.
 *
 * @param {Pick<ShownQuestion, "text">} question
 */
export const lettersOf = ({ text }) => (ARABIC_SCRIPT.test(text) ? ARABIC : LATIN);

/**
 * 1 to CLOUD_SIZES, by the square root: areas are compared, not heights.
 *
 * @param {number} count
 * @param {number} most
 */
export const sizeOf = (count, most) => Math.max(1, Math.round(CLOUD_SIZES * Math.sqrt(count / most)));
