// Whether a page goes on as the student before without being told to. A reload does, and so does the page behind a
// button. A new tab, a copy of a tab, a tab that was closed and the way back do not: another person may sit there.

import { attempt } from "./storage-access.js";

const RELOAD_MS = 120_000; // a server takes less to come back; nobody reloads for longer

const howItCame = () => performance.getEntriesByType("navigation")[0]?.type;

/**
 * A page leaves a mark when it goes, and the next one in this tab takes it away. So an open page has none that a
 * copy of its tab could inherit. Where the browser keeps nothing, each page asks.
 */
export function openIdentityCheck(name, { storage = () => sessionStorage, type = howItCame, now = Date.now } = {}) {
  const key = `left ${name}`;
  let leftAt = null;

  function forget() {
    attempt(() => storage().removeItem(key));
  }

  attempt(() => (leftAt = storage().getItem(key)));
  forget();
  const sinceLeft = leftAt === null ? Infinity : now() - Number(leftAt);
  return {
    canResume({ wasPressed }) {
      if (type() === "reload") return sinceLeft >= 0 && sinceLeft < RELOAD_MS;
      return wasPressed && type() === "navigate"; // not what the history kept of an earlier press
    },
    markLeft: () => attempt(() => storage().setItem(key, String(now()))),
    clear: forget,
  };
}
