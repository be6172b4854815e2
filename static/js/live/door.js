/** The class's door: while it is locked nobody new comes in, and a new code ends the old one. */

import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";

/** @param {{parts: LiveParts, url: string, messages: Messages}} options */
export function openDoor({ parts, url, messages }) {
  // The session was over when the page was made.
  if (!parts.doorKey) return () => {};
  let isLocked = false;

  /** @param {"open" | "lock" | "renew"} action */
  async function change(action) {
    try {
      drawDoor(await post(url, { do: action }));
      write(parts.doorFailed, "");
    } catch (error) {
      write(parts.doorFailed, (isRefusal(error) && error.reason) || messages("post.failed"));
    }
  }
  parts.doorKey.addEventListener("click", () => change(isLocked ? "open" : "lock"));
  parts.doorRenew.addEventListener("click", () => change("renew"));

  /** @param {Door} door */
  function drawDoor({ code, locked }) {
    isLocked = locked;
    write(parts.code, code);
    write(parts.doorState, messages(locked ? "door.locked" : "door.open"));
    write(parts.doorKey, messages(locked ? "door.do_open" : "door.do_lock"));
  }

  return function draw(/** @type {LiveState} */ state) {
    if (state.closed_at) parts.door.hidden = true;
    drawDoor(state.door);
  };
}
