/**
 * Shows how old the page is: the time since the server's last message, whatever it held. Moments are the server's, as
 * everywhere on the page, because the clock of this computer may be wrong.
 */

import { timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

// The server sends a message every two seconds, even when nothing happens.
const SILENT_MS = 8000;
const TICK_MS = 500;

/** @param {{part: HTMLElement, lost: HTMLElement, messages: Messages, signal: AbortSignal}} options */
export function openFreshness({ part, lost, messages, signal }) {
  /**
   * The last message, on the monotonic clock, on this computer's and on the server's.
   *
   * @type {{tick: number, wall: number, server: number} | null}
   */
  let lastMessage = null;
  /** @type {"connecting" | "open" | "lost" | number} */
  let connection = "connecting";
  /** @type {number | null} */
  let pausedAt = null;
  // Since the last message, as far as this page was awake to receive one.
  let awakeMs = 0;
  let lastTickAt = performance.now();
  const timer = setInterval(tick, TICK_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });

  /** A page that was busy or asleep has messages waiting, so that time does not count. */
  function tick() {
    const now = performance.now();
    awakeMs += Math.min(now - lastTickAt, 2 * TICK_MS);
    lastTickAt = now;
    draw();
  }

  function draw() {
    write(part, ageText());
    const trouble = troubleText();
    lost.hidden = trouble === "";
    write(lost, trouble);
  }

  function ageText() {
    if (lastMessage === null) return messages("fresh.connecting");
    if (pausedAt !== null) return messages("fresh.paused", { time: timeOfDay(pausedAt) });
    const seconds = Math.round((performance.now() - lastMessage.tick) / 1000);
    return seconds < 3 ? messages("fresh.now") : messages("fresh.ago", { seconds });
  }

  function troubleText() {
    if (typeof connection === "number") return messages(`closed.${connection}`);
    if (lastMessage === null) return "";
    const time = timeOfDay(lastMessage.server);
    if (connection === "lost") return messages("lost", { time });
    return awakeMs > SILENT_MS ? messages("lost.silent", { time }) : "";
  }

  return {
    /** @param {number} sentAt server time of the message that has just arrived */
    received(sentAt) {
      lastMessage = { tick: performance.now(), wall: Date.now(), server: sentAt };
      awakeMs = 0;
      draw();
    },
    /** @param {"connecting" | "open" | "lost" | number} state a number is the code of a close that is final */
    connection(state) {
      connection = state;
      draw();
    },
    /** @param {boolean} isPaused */
    pause(isPaused) {
      const offset = lastMessage ? lastMessage.server - lastMessage.wall : 0;
      pausedAt = isPaused ? Date.now() + offset : null;
      draw();
    },
    get isSilent() {
      return lastMessage !== null && awakeMs > SILENT_MS;
    },
  };
}
