// Tells a screen reader what changed about the own reading, seldom enough to be listened to.

import { write } from "../lib/parts.js";

const PAUSE_MS = 20_000;

/** announce(text): the newest text is spoken, at most once in twenty seconds, and only if it is new. */
export function openAnnouncer({ part, after }) {
  let newest = "";
  let isResting = false;

  function speak() {
    if (isResting || part.textContent === newest) return;
    write(part, newest);
    isResting = true;
    after(PAUSE_MS, () => {
      isResting = false;
      speak();
    });
  }

  return function announce(text) {
    newest = text;
    speak();
  };
}
