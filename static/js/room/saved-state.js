// What survives a reload: that the check was done, and that the person paused.

import { attempt } from "./storage-access.js";

const KNOWN_AS = { measuring: "ready", hidden: "ready", paused: "paused" };

function valueFor(room) {
  if (room.stage !== "class" || !room.consent) return null;
  return room.paused ? "paused" : "ready";
}

/** Where the browser lets nothing be kept, this page alone remembers, and a reload goes by what the server knows. */
export function openSavedState(name, storage = () => sessionStorage) {
  let kept = null;
  attempt(() => (kept = storage().getItem(name)));
  return {
    /** `state` is what the server last knew of this seat's camera: a new tab has kept nothing yet. */
    recall(state) {
      const known = KNOWN_AS[state]; // paused in another tab is paused here; a pause that only this tab knows of, too
      const recalled = known === "paused" ? known : (kept ?? known);
      return { wasReady: recalled !== undefined, wasPaused: recalled === "paused" };
    },
    keep(room) {
      if (room.ending === "replaced") return; // a tab that takes its seat back goes on where it was
      kept = valueFor(room);
      attempt(() => (kept ? storage().setItem(name, kept) : storage().removeItem(name)));
    },
  };
}
