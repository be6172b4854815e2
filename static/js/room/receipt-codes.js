// The receipt code is shown on a press, and hidden again before somebody else looks at this screen.

const SHOWN_MS = 60_000;

export function hideReceiptCodes({ root }) {
  for (const receipt of root.querySelectorAll("[data-receipt]")) hideAgain(receipt);
}

function hideAgain(receipt) {
  let timer = null;
  const hide = () => (receipt.open = false);
  receipt.addEventListener("toggle", () => {
    clearTimeout(timer);
    if (receipt.open) timer = setTimeout(hide, SHOWN_MS);
  });
  document.addEventListener("visibilitychange", () => document.hidden && hide());
}
