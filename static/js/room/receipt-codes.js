/** Receipt codes are shown on a press, and hidden again before somebody else looks at this screen. */

const SHOWN_MS = 60_000;

/** @param {ParentNode} root */
export function hideReceiptCodes(root) {
  const receipts = /** @type {NodeListOf<HTMLDetailsElement>} */ (root.querySelectorAll("details[data-receipt]"));
  for (const receipt of receipts) hideLater(receipt);
}

/** @param {HTMLDetailsElement} receipt */
function hideLater(receipt) {
  let timer = 0;
  const hide = () => (receipt.open = false);
  receipt.addEventListener("toggle", () => {
    clearTimeout(timer);
    if (receipt.open) timer = setTimeout(hide, SHOWN_MS);
  });
  document.addEventListener("visibilitychange", () => document.hidden && hide());
}
