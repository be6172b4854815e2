/** On a wide screen there is room for what a phone folds. */

const WIDE = "(min-width: 52rem)";

/** @param {ParentNode} root */
export function openFolds(root) {
  if (!matchMedia(WIDE).matches) return;
  const folds = /** @type {NodeListOf<HTMLDetailsElement>} */ (root.querySelectorAll("[data-fold]"));
  for (const fold of folds) fold.open = true;
}
