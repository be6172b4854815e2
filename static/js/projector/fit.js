/** Makes everything smaller until it fits: a screen on a wall cannot be scrolled. */

// As large as it can be, and then smaller by a tenth each time.
const SCALES = Array.from({ length: 12 }, (_, step) => 0.9 ** step);

/**
 * @param {HTMLElement} root its sizes are multiples of --unit
 * @param {HTMLElement} body grows with what it holds
 */
export function fitInto(root, body) {
  // Measured again only where something has changed.
  const content = `${root.dataset.state} ${innerWidth} ${innerHeight} ${body.textContent} ${root.dataset.door}`;
  if (content === fitted.get(root)) return;
  fitted.set(root, content);
  for (const scale of SCALES) {
    root.style.setProperty("--unit", `${scale}vmin`);
    if (fits(root) && fits(body)) return;
  }
}

/** @type {WeakMap<HTMLElement, string>} */
const fitted = new WeakMap();

/** @param {HTMLElement} element */
const fits = (element) => element.scrollHeight <= element.clientHeight + 1 && element.scrollWidth <= element.clientWidth + 1;
