/** The elements of a page that scripts read and write: `<p data-part="gap">` is `parts.gap`. */

/**
 * @param {ParentNode} root
 * @returns {Record<string, HTMLElement>}
 */
export function partsOf(root) {
  const found = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-part]"));
  return Object.fromEntries(Array.from(found, (part) => [part.dataset.part, part]));
}

/**
 * Writes only what changed: a live region is read out again whenever its text is set.
 *
 * @param {Element} part
 * @param {string} text
 */
export function write(part, text) {
  if (part.textContent !== text) part.textContent = text;
}

/**
 * An element of the page's own template, which is always there.
 *
 * @param {string} id
 */
export function elementById(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * What Django's json_script put into the page.
 *
 * @param {string} id
 */
export function jsonById(id) {
  return JSON.parse(/** @type {string} */ (elementById(id).textContent));
}
