/**
 * Decides whether a page continues as the student before, or first asks who is there. A reload continues, and so does
 * the page behind a button. A new tab, a copied tab, a tab that was closed and the back button ask: another person may
 * sit there.
 */

import { ifStorageAllows } from "./storage-access.js";

// Longer than a server takes to restart, and than any reload.
const RELOAD_MS = 120_000;

function navigationType() {
  const [entry] = performance.getEntriesByType("navigation");
  return /** @type {PerformanceNavigationTiming | undefined} */ (entry)?.type;
}

/**
 * A page leaves a mark when it goes, and the next page of this tab removes it. So an open page has no mark that a copy
 * of its tab could inherit. Where the browser denies storage, each page asks.
 *
 * @param {string} name tells sessions and people apart
 * @param {object} [environment] stands in for the browser in tests
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} [environment.storage]
 * @param {() => string | undefined} [environment.type]
 * @param {() => number} [environment.now]
 */
export function openIdentityCheck(
  name,
  { storage = () => sessionStorage, type = navigationType, now = Date.now } = {},
) {
  const key = `left ${name}`;
  /** @type {string | null} */
  let leftAt = null;
  const clear = () => ifStorageAllows(() => storage().removeItem(key));

  ifStorageAllows(() => (leftAt = storage().getItem(key)));
  clear();
  const sinceLeft = leftAt === null ? Infinity : now() - Number(leftAt);
  return {
    /**
     * Whether the page continues without asking. A press counts for the page it opened, and not for one that the
     * browser's history kept from an earlier press.
     *
     * @param {{identityConfirmed: boolean}} config
     */
    canResume({ identityConfirmed }) {
      if (type() === "reload") return sinceLeft >= 0 && sinceLeft < RELOAD_MS;
      return identityConfirmed && type() === "navigate";
    },
    markLeft: () => ifStorageAllows(() => storage().setItem(key, String(now()))),
    clear,
  };
}
