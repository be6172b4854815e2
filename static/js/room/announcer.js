/** Tells a screen reader what changed in the own reading, seldom enough to be listened to. */

import { write } from "../lib/parts.js";

const PAUSE_MS = 20_000;

/**
 * Returns announce(text): the newest text is spoken at most once in twenty seconds, and only if it is new.
 *
 * @param {{part: HTMLElement, after: After}} options
 */
export function openAnnouncer({ part, after }) {
  let newest = "";
  let isPausing = false;

  function speak() {
    if (isPausing || part.textContent === newest) return;
    write(part, newest);
    isPausing = true;
    after(PAUSE_MS, () => {
      isPausing = false;
      speak();
    });
  }

  return function announce(/** @type {string} */ text) {
    newest = text;
    speak();
  };
}
