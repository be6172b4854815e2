/** How answers are named, and how large the words of a cloud are, on every screen. */

// Before the answers of a choice, on every screen: "take B".
export const LETTERS = "ABCDEF";
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
 * 1 to CLOUD_SIZES, by the square root: areas are compared, not heights.
 *
 * @param {number} count
 * @param {number} most
 */
export const sizeOf = (count, most) => Math.max(1, Math.round(CLOUD_SIZES * Math.sqrt(count / most)));
