/**
 * Shows the buttons that copy an address, where the browser lets a page do that: over https only.
 *
 * @param {ParentNode} root
 */
export function showCopyButtons(root) {
  if (!navigator.clipboard) return;
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll("[data-copy]"));
  for (const button of buttons) {
    const { copy = "", copied = "" } = button.dataset;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy);
      button.textContent = copied;
    });
  }
}
