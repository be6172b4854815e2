// What survives a reload of this tab: that the check was done, and that the person paused.

export function openMemory(name, storage = sessionStorage) {
  return {
    recall: () => ({ wasReady: storage.getItem(name) !== null, wasPaused: storage.getItem(name) === "paused" }),
    keep(seat) {
      if (seat.ending === "replaced") return; // a tab that takes its seat back goes on where it was
      if (seat.stage === "class" && seat.consent) storage.setItem(name, seat.paused ? "paused" : "ready");
      else storage.removeItem(name);
    },
  };
}
