// Why it is over, and where to go from here.

import { write } from "../lib/parts.js";

const WITH_SUMMARY = ["ended", "left", "removed"];
const WITH_JOIN = ["left", "erased", "no_seat", "no_session"];
const WITHOUT_DATA = ["erased", "no_seat", "no_session"];

export function openEndedPanel({ parts, words, summaryUrl, onHere }) {
  parts.endedHere.addEventListener("click", onHere);
  parts.endedSummary.href = summaryUrl;
  return {
    draw({ ending }) {
      if (!ending) return;
      write(parts.endedTitle, words(`ended.${ending}.title`));
      write(parts.endedText, words(`ended.${ending}.text`));
      parts.endedSummary.hidden = !WITH_SUMMARY.includes(ending);
      parts.endedJoin.hidden = !WITH_JOIN.includes(ending);
      parts.endedHere.hidden = ending !== "replaced";
      parts.endedReceipt.hidden = WITHOUT_DATA.includes(ending);
    },
  };
}
