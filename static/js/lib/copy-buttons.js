/**
 * Shows the buttons that copy a text, where the browser lets a page do that: not over plain http.
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
      try {
        await navigator.clipboard.writeText(copy);
        button.textContent = copied;
      } catch {
        // The person may not allow it; the text beside the button can be selected.
        button.hidden = true;
      }
    });
  }
}
