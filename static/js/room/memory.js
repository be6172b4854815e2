// What survives a reload: that the check was done, and that the person paused.

import { attempt } from "./tab.js";

const KNOWN_AS = { measuring: "ready", hidden: "ready", paused: "paused" };

function wordFor(seat) {
  if (seat.stage !== "class" || !seat.consent) return null;
  return seat.paused ? "paused" : "ready";
}

/** Where the browser lets nothing be kept, this page alone remembers, and a reload goes by what the server knows. */
export function openMemory(name, storage = () => sessionStorage) {
  let kept = null;
  attempt(() => (kept = storage().getItem(name)));
  return {
    /** `state` is what the server last knew of this seat's camera: a new tab has kept nothing yet. */
    recall(state) {
      const known = KNOWN_AS[state]; // paused in another tab is paused here; a pause that only this tab knows of, too
      const recalled = known === "paused" ? known : (kept ?? known);
      return { wasReady: recalled !== undefined, wasPaused: recalled === "paused" };
    },
    keep(seat) {
      if (seat.ending === "replaced") return; // a tab that takes its seat back goes on where it was
      kept = wordFor(seat);
      attempt(() => (kept ? storage().setItem(name, kept) : storage().removeItem(name)));
    },
  };
}
