/** What students tell their teacher: pace, difficulty, "I'm lost". It counts once the server has noted it. */

import { timeOfDay } from "../lib/format.js";
import { monotonic } from "../lib/monotonic.js";
import { write } from "../lib/parts.js";

// A double tap says it once, and does not take it back.
const DOUBLE_TAP_MS = 1000;

/**
 * @param {object} options
 * @param {ParentNode} options.root
 * @param {RoomParts} options.parts
 * @param {Messages} options.messages
 * @param {After} options.after
 * @param {(kind: string, value?: number) => boolean} options.send returns whether the pulse could be sent
 * @param {() => number} options.now server time
 * @param {number} options.lastsMs how long a pulse counts as now
 */
export function openPulses({ root, parts, messages, after, send, now, lastsMs }) {
  let unanswered = 0;
  let lostTappedAt = -DOUBLE_TAP_MS;
  /** @type {Record<string, () => void>} */
  const cancelExpiry = {};
  const choices = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-pulse]"));

  /**
   * @param {string} kind
   * @param {number} [value]
   */
  function trySend(kind, value) {
    const isSent = send(kind, value);
    if (isSent) unanswered += 1;
    write(parts.pulseStatus, messages(isSent ? "sending" : "not_sent"));
  }

  parts.lost.addEventListener("click", () => {
    if (monotonic() - lostTappedAt < DOUBLE_TAP_MS) return;
    lostTappedAt = monotonic();
    trySend("lost", parts.lost.ariaPressed === "true" ? 0 : undefined);
  });

  for (const choice of choices) {
    choice.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("button");
      if (button) trySend(choice.dataset.pulse ?? "", Number(button.value));
    });
  }

  /**
   * Shows what the server knows, for as long as it counts.
   *
   * @param {string} kind
   * @param {number | undefined} value undefined for "I'm lost"
   */
  function show(kind, value) {
    cancelExpiry[kind]?.();
    cancelExpiry[kind] = after(lastsMs, () => clear(kind));
    if (kind === "lost") parts.lost.setAttribute("aria-pressed", String(value === undefined));
    for (const choice of choices) if (choice.dataset.pulse === kind) press(choice, value);
  }

  /** @param {string} kind */
  function clear(kind) {
    cancelExpiry[kind]?.();
    if (kind === "lost") parts.lost.setAttribute("aria-pressed", "false");
    for (const choice of choices) if (choice.dataset.pulse === kind) press(choice, undefined);
  }

  /** @param {string} status */
  function answered(status) {
    unanswered -= 1;
    write(parts.pulseStatus, status);
  }

  /**
   * @param {string | undefined} kind
   * @param {number | undefined} value
   */
  function savedText(kind, value) {
    if (kind !== "lost") return messages("sent_at", { time: timeOfDay(now()) });
    return messages(value === 0 ? "lost.taken_back" : "lost.sent");
  }

  return {
    /**
     * The server noted a pulse.
     *
     * @param {{kind?: string, value?: number}} pulse
     */
    noted({ kind, value }) {
      answered(savedText(kind, value));
      if (kind) show(kind, value);
    },
    /** The server refused a pulse. */
    refused: () => answered(messages("too_often")),
    /** The connection was lost. */
    lost() {
      if (unanswered > 0) write(parts.pulseStatus, messages("unanswered"));
      unanswered = 0;
    },
    /** The teacher has answered those who are lost. */
    lostSeen() {
      if (parts.lost.ariaPressed === "true") write(parts.pulseStatus, "");
      clear("lost");
    },
    /**
     * What the server knows, after the page was loaded or was offline.
     *
     * @param {OwnActivities["said"]} said
     */
    restore({ lost, pace, difficulty }) {
      if (lost) show("lost", undefined);
      else clear("lost");
      for (const [kind, value] of Object.entries({ pace, difficulty })) {
        if (value === undefined) clear(kind);
        else show(kind, value);
      }
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
