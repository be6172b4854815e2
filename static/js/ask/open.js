/** Connects what the teacher's page asks, hears and leads with: each new state reaches all of it from here. */

import { openCountdown } from "../activities/countdown.js";
import { compareNames, elapsed } from "../lib/format.js";
import { readMessages } from "../lib/messages.js";
import { elementById, partsOf, write } from "../lib/parts.js";
import { atMostEvery, whenNew } from "../lib/redraw.js";
import { openActions } from "./actions.js";
import { openGroups, openPick, openSettings, openTimer } from "./leading.js";
import { openPanel } from "./panel.js";
import { openAsked, openHands } from "./speaking.js";

// A timer that ends soon is marked.
const ENDING_MS = 10_000;
// While a class answers, most messages are about one answer more.
const PAUSE_MS = 500;
const MINUTE_MS = 60_000;
// Ticks of the countdown from one second to the next.
const TICKS_A_SECOND = 4;

/**
 * Beside the question, each part of the activities with what shows it.
 *
 * @type {[keyof TeacherActivities, (parts: AskParts, context: AskContext) => (activities: TeacherActivities) => void][]}
 */
const SHOWN = [
  ["hands", openHands],
  ["asked", openAsked],
  ["timer", openTimer],
  ["pick", openPick],
  ["groups", openGroups],
];

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
  let ticks = 0;
  /** @type {AskState | null} */
  let latest = null;
  /** @type {AskContext} */
  const context = {
    messages,
    act: openActions({ urls, messages, failed: parts.askFailed }),
    failed: parts.toolsFailed,
    // A student who has left for good has no name any more.
    nameOf: (id) => students.get(id)?.name ?? "–",
    sortedNames: (ids) => ids.map(context.nameOf).sort(compareNames),
    unfolded: new Set(),
    redraw: () => latest && panel.draw(latest),
    focus: (name) => (parts[/** @type {keyof AskParts} */ (name)] ?? document.getElementById(name))?.focus(),
  };
  const panel = openPanel(parts, context, { dialog, offersUrl: urls.offersUrl ?? "", signal });
  const draws = SHOWN.map(([name, open]) => {
    // A student who comes later has a name only then.
    const madeOf = (/** @type {TeacherActivities} */ activities) => [JSON.stringify(activities[name]), students.size];
    return whenNew(madeOf, open(parts, context));
  });
  const drawSettings = openSettings(parts, context);
  const countdown = openCountdown(signal, tick);
  // A check-in and an exit ticket are offered at their time, to the minute, also in a quiet class.
  const isNew = (/** @type {AskState} */ { activities, students: { size }, closed_at: closedAt, server_time: time }) => [
    activities,
    size,
    closedAt,
    Math.floor(time / MINUTE_MS),
  ];
  const drawing = atMostEvery(PAUSE_MS, whenNew(isNew, draw));

  function tick() {
    for (const time of timesIn(place, "until")) drawTimeLeft(time);
    if (ticks++ % TICKS_A_SECOND === 0) drawTimesSince();
  }

  function drawTimesSince() {
    for (const time of timesIn(place, "since")) write(time, elapsed(-countdown.left(Number(time.dataset.since))));
  }

  /** @param {HTMLElement} time */
  function drawTimeLeft(time) {
    const moment = Number(time.dataset.until);
    const left = countdown.left(moment);
    write(time, left <= 0 && time.dataset.over ? time.dataset.over : countdown.textUntil(moment));
    const timer = /** @type {HTMLElement} */ (time.closest(".timer"));
    timer.dataset.state = left <= 0 ? "over" : left <= ENDING_MS ? "ending" : "running";
  }

  /** @param {AskState} state */
  function draw(state) {
    panel.drawOffers(state.server_time);
    panel.draw(state);
    parts.toolsPlace.hidden = Boolean(state.closed_at);
    // A class that is over has no time left and asks nobody.
    const activities = state.closed_at ? { ...state.activities, timer: null, pick: null } : state.activities;
    for (const one of draws) one(activities);
    drawSettings(activities);
    drawTimesSince();
  }

  return {
    open: panel.open,
    /** @param {AskState} state */
    draw(state) {
      students = state.students;
      latest = state;
      countdown.received(state.server_time);
      drawing.soon(state);
    },
    drawNow() {
      if (latest) drawing.now(latest);
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
