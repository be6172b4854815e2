/**
 * Menus, confirmations and help are <details>, which work without scripts. This closes them with Escape, or when
 * something else is clicked or focused.
 */

const OPEN_SELECTOR = ":is(.menu, .confirm, .help)[open]";

const openDetails = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(OPEN_SELECTOR));

/** @param {Event} event */
function closeOthers(event) {
  const within = /** @type {Node} */ (event.target);
  for (const details of openDetails()) if (!details.contains(within)) details.open = false;
}

/** @param {KeyboardEvent} event */
function closeOnEscape(event) {
  if (event.key !== "Escape") return;
  for (const details of openDetails()) {
    // Keeps a dialog around it open.
    event.preventDefault();
    const summary = details.querySelector("summary");
    if (details.contains(document.activeElement)) summary?.focus();
    details.open = false;
  }
}

/**
 * A panel is aligned with one end of its button. If it leaves the screen there, it is aligned with the other end.
 *
 * @param {Event} event
 */
function keepOnScreen({ target }) {
  if (!(target instanceof HTMLDetailsElement) || !target.matches(OPEN_SELECTOR)) return;
  const panel = /** @type {Element} */ (target.querySelector(":scope > :not(summary)"));
  const { left, right } = panel.getBoundingClientRect();
  if (left < 0 || right > document.documentElement.clientWidth) target.classList.toggle("menu-start");
}

// toggle does not bubble.
document.addEventListener("toggle", keepOnScreen, { capture: true });
document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
document.addEventListener("keydown", closeOnEscape);
