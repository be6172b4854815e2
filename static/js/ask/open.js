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
  // Times are looked for here only, four times a second.
  const place = /** @type {HTMLElement} */ (parts.askPanel.parentElement);
  /** @type {AskState["students"]} */
  let students = new Map();
  // What the activities were drawn from last.
  let drawn = "";
  /** @type {TeacherActivities | null} */
  let latest = null;
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
    for (const time of timesIn(place, "until")) drawTimeLeft(time);
    for (const time of timesIn(place, "since")) write(time, elapsed(-countdown.left(Number(time.dataset.since))));
  }

  /** @param {HTMLElement} time */
  function drawTimeLeft(time) {
    const moment = Number(time.dataset.until);
    const left = countdown.left(moment);
    write(time, left <= 0 && time.dataset.over ? time.dataset.over : countdown.until(moment));
    const timer = /** @type {HTMLElement} */ (time.closest(".timer"));
    timer.dataset.state = left <= 0 ? "over" : left <= ENDING_MS ? "ending" : "running";
  }

  /**
   * Whether anything is new: most messages are about something else. A name comes with its student.
   *
   * @param {AskState} state
   */
  function isNew({ activities, closed_at: closedAt }) {
    const facts = `${students.size} ${closedAt}`;
    if (activities === latest && facts === drawn) return false;
    [latest, drawn] = [activities, facts];
    return true;
  }

  return {
    open: panel.open,
    /** @param {AskState} state */
    draw(state) {
      students = state.students;
      countdown.received(state.server_time);
      panel.drawOffers(state.server_time);
      if (!isNew(state)) return;
      panel.draw(state);
      parts.toolsPlace.hidden = Boolean(state.closed_at);
      // A class that is over has no time left and asks nobody.
      const activities = state.closed_at ? { ...state.activities, timer: null, pick: null } : state.activities;
      for (const draw of draws) draw(activities);
      drawTimes();
    },
  };
}

/**
 * The places that show a time that passes.
 *
 * @param {HTMLElement} place
 * @param {"until" | "since"} name
 */
const timesIn = (place, name) => /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll(`[data-${name}]`));
