/** Makes what the screen is about as large as it can be: a screen on a wall cannot be scrolled. */

// A short question is larger than head and foot, a long one smaller, in steps of a tenth.
const LARGEST = 1.7;
const SCALES = Array.from({ length: 17 }, (_, step) => LARGEST * 0.9 ** step);

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} body its sizes are multiples of --unit
 */
export function fitInto(root, body) {
  // Measured again only where something has changed.
  const content = `${root.dataset.state} ${innerWidth} ${innerHeight} ${body.textContent} ${root.dataset.door}`;
  if (content === fitted.get(root)) return;
  fitted.set(root, content);
  for (const scale of SCALES) {
    body.style.setProperty("--unit", `${scale}vmin`);
    if (fits(body)) return;
  }
}

/** @type {WeakMap<HTMLElement, string>} */
const fitted = new WeakMap();

/** @param {HTMLElement} element */
const fits = (element) => element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1;
