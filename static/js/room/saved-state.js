/** What survives a reload of the page: that the camera check is done, and that the student paused. */

import { ifStorageAllows } from "./storage-access.js";

/** @typedef {"ready" | "paused"} Saved */

/**
 * What a new tab takes from the camera state that the server knew last.
 *
 * @type {Record<string, Saved>}
 */
const FROM_SERVER = { measuring: "ready", hidden: "ready", teacher_paused: "ready", paused: "paused" };

/** @param {RoomState} room */
function toSave(room) {
  if (room.stage !== "class" || !room.consent) return null;
  return room.paused ? "paused" : "ready";
}

/**
 * Where the browser denies storage, only this page remembers, and a reload goes by what the server knows.
 *
 * @param {string} name tells sessions and people apart
 * @param {() => Pick<Storage, "getItem" | "setItem" | "removeItem">} [storage]
 */
export function openSavedState(name, storage = () => sessionStorage) {
  /** @type {Saved | null} */
  let saved = null;
  ifStorageAllows(() => (saved = /** @type {Saved | null} */ (storage().getItem(name))));
  return {
    /**
     * A pause counts in all tabs: one that another tab made, and one that only this tab knows of.
     *
     * @param {string | null} [serverState] the camera state that the server knew last
     */
    restore(serverState) {
      const known = FROM_SERVER[serverState ?? ""];
      const restored = known === "paused" ? known : (saved ?? known);
      return { wasReady: restored !== undefined, wasPaused: restored === "paused" };
    },
    /** @param {RoomState} room */
    save(room) {
      // Another tab goes on. If this tab takes over again, it continues where it was.
      if (room.ending === "replaced") return;
      const value = toSave(room);
      saved = value;
      ifStorageAllows(() => (value ? storage().setItem(name, value) : storage().removeItem(name)));
    },
  };
}
