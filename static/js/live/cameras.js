/** Pausing the cameras of the whole class, and resuming them. */

import { write } from "../lib/parts.js";
import { post } from "../lib/post.js";

/** @param {{parts: LiveParts, url: string, messages: Messages}} options */
export function openCameras({ parts, url, messages }) {
  const { cameras, camerasText, freshness } = parts;
  // A class without cameras has no such button.
  if (!cameras || !camerasText) return () => {};
  let isPaused = false;
  cameras.addEventListener("click", async () => {
    try {
      await post(url, { do: isPaused ? "resume" : "pause" });
    } catch {
      write(freshness, messages("post.failed"));
    }
  });

  return function draw(/** @type {LiveState} */ state) {
    isPaused = state.cameras_paused;
    cameras.hidden = Boolean(state.closed_at);
    cameras.setAttribute("aria-pressed", String(isPaused));
    write(camerasText, messages(isPaused ? "cameras.resume" : "cameras.pause"));
  };
}
