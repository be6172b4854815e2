/** lit-html, as this page uses it: one element per entry of a list, kept when others come and go. */

import { repeat } from "../vendor/lit-html/directives/repeat.js";
import { html, nothing, render as litRender } from "../vendor/lit-html/lit-html.js";

export { html, nothing, repeat };

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
