/** Menus, questions and help are <details>, which work without scripts. With them, they close as menus do. */

const OPEN = ":is(.menu, .confirm, .help)[open]";

const openOnes = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(OPEN));

/** @param {Event} event */
function closeOthers(event) {
  const within = /** @type {Node} */ (event.target);
  for (const details of openOnes()) if (!details.contains(within)) details.open = false;
}

/** @param {KeyboardEvent} event */
function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  for (const details of openOnes()) {
    // The dialog around it stays open.
    event.preventDefault();
    const summary = details.querySelector("summary");
    if (details.contains(document.activeElement)) summary?.focus();
    details.open = false;
  }
}

/**
 * A panel begins or ends with its button: where one side leaves the screen, the other is taken.
 *
 * @param {Event} event
 */
function keepOnScreen({ target }) {
  if (!(target instanceof HTMLDetailsElement) || !target.matches(OPEN)) return;
  const panel = /** @type {Element} */ (target.querySelector(":scope > :not(summary)"));
  const { left, right } = panel.getBoundingClientRect();
  if (left < 0 || right > document.documentElement.clientWidth) target.classList.toggle("menu-start");
}

// The event of a <details> does not bubble.
document.addEventListener("toggle", keepOnScreen, { capture: true });
document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
document.addEventListener("keydown", closeOnEscape);
