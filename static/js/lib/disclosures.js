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
    const summary = details.querySelector("summary");
    if (details.contains(document.activeElement)) summary?.focus();
    details.open = false;
  }
}

document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
document.addEventListener("keydown", closeOnEscape);
