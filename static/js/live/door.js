// The class's door: locked, nobody new comes in; under a new code, the one that is known opens it no more.

import { write } from "../lib/parts.js";
import { post } from "../lib/post.js";

export function openDoor({ parts, url, messages }) {
  if (!parts.doorKey) return () => {}; // the session was over when the page was made
  let isLocked = false;

  async function change(what) {
    try {
      draw({ door: await post(url, { do: what }) });
      write(parts.doorFailed, "");
    } catch ({ reason }) {
      write(parts.doorFailed, reason ?? messages("post.failed"));
    }
  }
  parts.doorKey.addEventListener("click", () => change(isLocked ? "open" : "lock"));
  parts.doorRenew.addEventListener("click", () => change("renew"));

  function draw({ door, closed_at }) {
    if (closed_at) parts.door.hidden = true;
    isLocked = door.locked;
    write(parts.code, door.code);
    write(parts.doorSays, messages(isLocked ? "door.locked" : "door.open"));
    write(parts.doorKey, messages(isLocked ? "door.do_open" : "door.do_lock"));
  }
  return draw;
}
