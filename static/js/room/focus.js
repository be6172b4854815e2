/** Keeps the keyboard's place on the page when the focused button is hidden. */

const isHidden = (/** @type {Element} */ part) => part.closest("[hidden]") !== null;

/**
 * Moves the focus away from an element that was hidden: to the button that came in its place, or to the heading of its
 * panel.
 *
 * @param {Element | null} focused
 */
export function keepFocus(focused) {
  if (!focused || !isHidden(focused)) return;
  const siblings = Array.from(focused.parentElement?.querySelectorAll("button") ?? []);
  const successor = siblings.find((button) => !isHidden(button)) ?? focused.closest("section")?.querySelector("h2");
  successor?.focus();
}
