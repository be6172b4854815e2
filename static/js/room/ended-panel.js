// Why it is over, and where to go from here.

import { write } from "../lib/parts.js";

const WITH_JOIN = ["left", "erased", "no_seat", "no_session"];
// Of an erased seat nothing is left to open. Under another seat another person sits here: the receipt is not theirs.
const WITH_RECEIPT = ["ended", "left", "removed"];
const RECEIPT_STAYS_MS = 600_000; // then this screen shows nothing of the student any more

export function openEndedPanel({ parts, messages }) {
  function forget() {
    for (const receipt of document.querySelectorAll("[data-receipt]")) receipt.remove();
    parts.endedReceipt.hidden = parts.name.hidden = true;
  }

  return {
    draw({ ending }) {
      if (!ending) return;
      write(parts.endedTitle, messages(`ended.${ending}.title`));
      write(parts.endedText, messages(`ended.${ending}.text`));
      parts.endedJoin.hidden = !WITH_JOIN.includes(ending);
      parts.endedHere.hidden = ending !== "replaced";
      parts.endedReceipt.hidden = !WITH_RECEIPT.includes(ending);
      if (WITH_RECEIPT.includes(ending)) setTimeout(forget, RECEIPT_STAYS_MS);
      else if (ending !== "replaced") forget();
    },
  };
}
