/** Connects what the teacher's page asks, hears and leads with; the other modules here know nothing of each other's. */

import { openCountdown } from "../activities/countdown.js";
import { elapsed } from "../lib/format.js";
import { readMessages } from "../lib/messages.js";
import { elementById, partsOf, write } from "../lib/parts.js";
import { openActions } from "./actions.js";
import { openGroups, openPick, openSettings, openTimer } from "./leading.js";
import { openPanel } from "./panel.js";
import { openAsked, openHands } from "./speaking.js";

// A timer that ends soon is marked.
const ENDING_MS = 10_000;

/** @param {{root: HTMLElement, signal: AbortSignal}} options */
export function openAsking({ root, signal }) {
  const dialog = /** @type {HTMLDialogElement} */ (elementById("ask-dialog"));
  const parts = /** @type {AskParts} */ ({ ...partsOf(root), ...partsOf(dialog) });
  const messages = readMessages(elementById("ask-messages"));
  const urls = parts.askPanel.dataset;
  /** @type {Map<string, {name: string}>} */
  let students = new Map();
  /** @type {AskContext} */
  const context = {
    messages,
    act: openActions({ urls, messages, failed: parts.askFailed }),
    failed: parts.toolsFailed,
    // A student who has left for good has no name any more.
    nameOf: (id) => students.get(id)?.name ?? "–",
    focus: (name) => (parts[/** @type {keyof AskParts} */ (name)] ?? document.getElementById(name))?.focus(),
  };
  const panel = openPanel(parts, context, { dialog, offersUrl: urls.offersUrl ?? "", signal });
  const draws = [openHands, openAsked, openTimer, openPick, openGroups, openSettings].map((open) => open(parts, context));
  const countdown = openCountdown(signal, drawTimes);

  function drawTimes() {
    for (const place of timesIn(root, "until")) {
      const moment = Number(place.dataset.until);
      const left = countdown.left(moment);
      write(place, left <= 0 && place.dataset.over ? place.dataset.over : countdown.until(moment));
      const timer = place.closest(".timer");
      timer?.setAttribute("data-state", left <= 0 ? "over" : left <= ENDING_MS ? "ending" : "running");
    }
    for (const place of timesIn(root, "since")) write(place, elapsed(-countdown.left(Number(place.dataset.since))));
  }

  return {
    open: panel.open,
    /** @param {AskState} state */
    draw(state) {
      students = state.students;
      countdown.received(state.server_time);
      panel.draw(state);
      parts.toolsPlace.hidden = Boolean(state.closed_at);
      for (const draw of draws) draw(state.activities);
      drawTimes();
    },
  };
}

/**
 * The places that show a time that passes.
 *
 * @param {HTMLElement} root
 * @param {"until" | "since"} name
 */
const timesIn = (root, name) => /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[data-${name}]`));
