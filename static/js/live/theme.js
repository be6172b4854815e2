/** Colours for what scripts draw: the page's own tokens, in light and in dark. */

/** @returns {Colour} */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  /** @type {Map<string, string>} */
  const known = new Map();
  return (token) => {
    const colour = known.get(token) ?? style.getPropertyValue(`--${token}`).trim();
    known.set(token, colour);
    return colour;
  };
}

/**
 * @param {() => void} callback
 * @param {AbortSignal} [signal]
 */
export function onThemeChange(callback, signal) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
}

/**
 * "#0b6e68" and 0.2 -> "rgba(11, 110, 104, 0.2)"
 *
 * @param {string} hex
 * @param {number} alpha
 */
export function translucent(hex, alpha) {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
