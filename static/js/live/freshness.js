// How old the page is, told truthfully: the time since the last message, whatever it held. Moments are the
// server's, as everywhere on the page: the clock of this computer may be wrong.

import { timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

const SILENT_MS = 8000; // the server speaks every two seconds even when nothing happens
const LOOK_MS = 500;

export function openFreshness({ part, lost, messages, signal }) {
  let heardAt = null;
  let connection = "connecting";
  let pausedAt = null;
  let listenedMs = 0; // since the last message, as far as this page could listen
  let lookedAt = performance.now();
  const timer = setInterval(look, LOOK_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });

  /** A page that was busy or asleep has messages waiting: only the time in which it could have heard counts. */
  function look() {
    const now = performance.now();
    listenedMs += Math.min(now - lookedAt, 2 * LOOK_MS);
    lookedAt = now;
    draw();
  }

  function draw() {
    write(part, sentence());
    const trouble = troubleSentence();
    lost.hidden = trouble === "";
    write(lost, trouble);
  }

  const serverTime = () => Date.now() + (heardAt ? heardAt.clock - heardAt.wall : 0);

  function sentence() {
    if (heardAt === null) return messages("fresh.connecting");
    if (pausedAt !== null) return messages("fresh.paused", { time: timeOfDay(pausedAt) });
    const seconds = Math.round((performance.now() - heardAt.tick) / 1000);
    return seconds < 3 ? messages("fresh.now") : messages("fresh.ago", { seconds });
  }

  function troubleSentence() {
    if (typeof connection === "number") return messages(`closed.${connection}`);
    if (heardAt === null) return "";
    const time = timeOfDay(heardAt.clock);
    if (connection === "lost") return messages("lost", { time });
    return listenedMs > SILENT_MS ? messages("lost.silent", { time }) : "";
  }

  return {
    heard(serverTime) {
      heardAt = { tick: performance.now(), wall: Date.now(), clock: serverTime };
      listenedMs = 0;
      draw();
    },
    /** "open", "lost", or the code of a close that is final */
    connection(state) {
      connection = state;
      draw();
    },
    pause(isPaused) {
      pausedAt = isPaused ? serverTime() : null;
      draw();
    },
    get isSilent() {
      return heardAt !== null && listenedMs > SILENT_MS;
    },
  };
}
