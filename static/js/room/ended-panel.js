/** Why the session is over for this student, and where to go from here. */

import { write } from "../lib/parts.js";

/**
 * Endings after which the student may join again.
 *
 * @type {Ending[]}
 */
const WITH_JOIN = ["left", "erased", "no_seat", "no_session"];
/**
 * Endings after which the receipt is offered. After erasing there is nothing left to open. With "other_seat" another
 * person uses this browser, and the receipt is not theirs.
 *
 * @type {Ending[]}
 */
const WITH_RECEIPT = ["ended", "left", "removed"];
// After that, nothing about the student stays on this screen.
const RECEIPT_STAYS_MS = 600_000;

/** @param {{parts: RoomParts, messages: Messages}} options */
export function openEndedPanel({ parts, messages }) {
  function removePersonalData() {
    for (const receipt of document.querySelectorAll("[data-receipt]")) receipt.remove();
    parts.endedReceipt.hidden = parts.name.hidden = true;
  }

  /** @type {Ending | null} */
  let drawn = null;

  return {
    /** @param {RoomState} room */
    draw({ ending }) {
      if (!ending || ending === drawn) return;
      drawn = ending;
      write(parts.endedTitle, messages(`ended.${ending}.title`));
      write(parts.endedText, messages(`ended.${ending}.text`));
      parts.endedJoin.hidden = !WITH_JOIN.includes(ending);
      parts.endedHere.hidden = ending !== "replaced";
      parts.endedReceipt.hidden = !WITH_RECEIPT.includes(ending);
      if (WITH_RECEIPT.includes(ending)) setTimeout(removePersonalData, RECEIPT_STAYS_MS);
      else if (ending !== "replaced") removePersonalData();
    },
  };
}
