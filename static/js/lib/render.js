/** lit-html, as this page uses it: one element per entry of a list, kept when others come and go. */

import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, noChange, nothing, render as litRender } from "../vendor/lit-html/lit-html.js";

export { html, nothing, repeat };

/**
 * Entries of a list that are written again only if what they are made of is new.
 *
 * Returns entry(id, madeOf, template): `madeOf` are the values that the template writes. begin() comes before each
 * rendering of the list.
 */
export function keptEntries() {
  /** @type {Map<string, unknown[]>} */
  let before = new Map();
  /** @type {Map<string, unknown[]>} */
  let now = new Map();
  return {
    begin() {
      before = now;
      now = new Map();
    },
    /**
     * @param {string} id
     * @param {unknown[]} madeOf
     * @param {() => unknown} template
     */
    entry(id, madeOf, template) {
      const known = before.get(id);
      now.set(id, madeOf);
      return known && madeOf.every((value, index) => value === known[index]) ? noChange : template();
    },
  };
}

/**
 * Renders a template into a place, where it writes only what changed. An element that has to move keeps the focus.
 *
 * @param {unknown} template
 * @param {HTMLElement} place
 */
export function render(template, place) {
  const focused = document.activeElement;
  litRender(template, place);
  const hasMoved = focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected;
  if (hasMoved) focused.focus({ preventScroll: true });
}
