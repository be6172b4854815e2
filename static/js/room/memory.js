// What survives a reload: that the check was done, and that the person paused.

const KNOWN_AS = { measuring: "ready", hidden: "ready", paused: "paused" };

/** recall(state) takes what the server last knew of this seat's camera: a new tab has kept nothing yet. */
export function openMemory(name, storage = sessionStorage) {
  return {
    recall(state) {
      const known = KNOWN_AS[state]; // paused in another tab is paused here; a pause that only this tab knows of, too
      const kept = known === "paused" ? known : (storage.getItem(name) ?? known);
      return { wasReady: kept !== undefined, wasPaused: kept === "paused" };
    },
    keep(seat) {
      if (seat.ending === "replaced") return; // a tab that takes its seat back goes on where it was
      if (seat.stage === "class" && seat.consent) storage.setItem(name, seat.paused ? "paused" : "ready");
      else storage.removeItem(name);
    },
  };
}
