/** What students tell their teacher: pace, difficulty, "I'm lost". It counts once the server has noted it. */

import { timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

// One confused moment is one "I'm lost".
const LOST_PAUSE_MS = 10_000;

/**
 * @param {object} options
 * @param {ParentNode} options.root
 * @param {RoomParts} options.parts
 * @param {Messages} options.messages
 * @param {After} options.after
 * @param {(kind: string, value?: number) => boolean} options.send returns whether the pulse could be sent
 * @param {() => number} options.now server time
 */
export function openPulses({ root, parts, messages, after, send, now }) {
  let unanswered = 0;
  let cancelPause = () => {};
  const choices = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-pulse]"));

  /**
   * @param {string} kind
   * @param {number} [value]
   */
  function trySend(kind, value) {
    const isSent = send(kind, value);
    if (isSent) unanswered += 1;
    write(parts.pulseStatus, messages(isSent ? "sending" : "not_sent"));
    return isSent;
  }

  parts.lost.addEventListener("click", () => {
    if (parts.lost.ariaDisabled === "true" || !trySend("lost")) return;
    // A disabled button would lose the keyboard's focus.
    parts.lost.setAttribute("aria-disabled", "true");
    cancelPause = after(LOST_PAUSE_MS, endPause);
  });

  function endPause() {
    cancelPause();
    parts.lost.removeAttribute("aria-disabled");
  }

  for (const choice of choices) {
    choice.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("button");
      if (button) trySend(choice.dataset.pulse ?? "", Number(button.value));
    });
  }

  /** @param {string} status */
  function answered(status) {
    unanswered -= 1;
    write(parts.pulseStatus, status);
  }

  return {
    /**
     * The server noted a pulse.
     *
     * @param {{kind?: string, value?: number}} pulse
     */
    noted({ kind, value }) {
      answered(messages("sent_at", { time: timeOfDay(now()) }));
      for (const choice of choices) if (choice.dataset.pulse === kind) press(choice, value);
    },
    /** The server refused a pulse. */
    refused: () => answered(messages("too_often")),
    /** The connection was lost. */
    lost() {
      if (unanswered > 0) {
        write(parts.pulseStatus, messages("unanswered"));
        endPause();
      }
      unanswered = 0;
    },
  };
}

/**
 * @param {Element} choice
 * @param {number | undefined} value
 */
function press(choice, value) {
  for (const button of choice.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === value));
  }
}
