/** Long lists in a <details> are drawn only while it is open. */

/**
 * Returns what to do at its toggle event: `fold` names it.
 *
 * @param {string} fold
 * @param {AskContext} context
 */
export function unfold(fold, { unfolded, redraw }) {
  return (/** @type {Event} */ { currentTarget }) => {
    const { open } = /** @type {HTMLDetailsElement} */ (currentTarget);
    if (open === unfolded.has(fold)) return;
    if (open) unfolded.add(fold);
    else unfolded.delete(fold);
    redraw();
  };
}
