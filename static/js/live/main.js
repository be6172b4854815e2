/** Connects the parts of the live page; the other modules here know nothing of each other's. */

import { openAsking } from "../ask/open.js";
import { elapsed } from "../lib/format.js";
import { readMessages } from "../lib/messages.js";
import { elementById, partsOf, write } from "../lib/parts.js";
import { atMostEvery, whenNew } from "../lib/redraw.js";
import { openSocket } from "../lib/socket.js";
import { openAlerts } from "./alerts.js";
import { openAskedQuestions } from "./asked-questions.js";
import { openCameras } from "./cameras.js";
import { chartNumbers } from "./chart-numbers.js";
import { openCharts } from "./charts.js";
import { openClassSummary } from "./class-summary.js";
import { openDoor } from "./door.js";
import { openDrawer } from "./drawer.js";
import { openFreshness } from "./freshness.js";
import { openKeys } from "./keys.js";
import { openMarkers } from "./markers.js";
import { openPaintTiming } from "./paint-timing.js";
import { openList, openCards } from "./roster.js";
import { openSmallWindow } from "./small-window.js";
import { EMPTY_STATE, applyMessage } from "./state.js";
import { openSuggestion } from "./suggestion.js";
import { openTabs } from "./tabs.js";
import { openWords, unanswered } from "./words.js";

const SILENCE_CHECK_MS = 5000;
// What has a row or a card for each student, or for each question.
const SLOW_PAUSE_MS = 1000;
// So many cards are drawn at once, so that they agree with the summary above them.
const QUICK_STUDENTS = 60;

const root = elementById("live");
const { socket: socketPath = "", doorUrl = "", removeUrl = "", compactUrl = "" } = root.dataset;
const { markerUrl = "", markerRenameUrl = "", markerRemoveUrl = "" } = root.dataset;
const { camerasUrl = "", lostUrl = "", suggestionUrl = "" } = root.dataset;
const messages = readMessages(elementById("messages"));
const parts = /** @type {LiveParts} */ (partsOf(root));
const page = new AbortController();
window.addEventListener("pagehide", () => page.abort(), { once: true });
// The browser's back button brought back a page whose socket is closed.
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

let state = EMPTY_STATE;
// Differs from the state while updates are paused.
let shown = state;
let isPaused = false;
let view = "tab-class";
let timesShown = 0;
// A message went missing, and a snapshot was asked for.
let isResyncing = false;

const drawer = openDrawer({ dialog: /** @type {HTMLDialogElement} */ (elementById("drawer")), removeUrl, messages });
const onOpen = (/** @type {string} */ id) => drawer.open(id, shown);
const freshness = openFreshness({ part: parts.freshness, lost: parts.lost, messages, signal: page.signal });
const isCompact = "compact" in root.dataset;
const markerUrls = { add: markerUrl, rename: markerRenameUrl, remove: markerRemoveUrl };
const markers = openMarkers({ parts, urls: markerUrls, messages });
const asking = openAsking({ root, signal: page.signal });
const words = openWords({ parts, url: lostUrl, messages, isCompact, drawLists: asking.drawNow });
const drawCards = openCards({ parts, messages, onOpen });
const drawList = openList({ parts, messages, onOpen });
const markPainted = openPaintTiming("classpulse:redraw");
const drawCharts = openCharts({ parts, messages, signal: page.signal });
const views = atMostEvery(SLOW_PAUSE_MS, drawView);

/**
 * What is drawn from a state, apart from views and drawer; each where something it shows is new.
 *
 * @type {((state: LiveState) => void)[]}
 */
const draws = [
  // Where there is no average, the reasons are counted, which each message may change.
  whenNew(
    ({ present, cameras_paused: isPausedByTeacher, formulas, now, trend, number }) => [present, isPausedByTeacher, formulas, now, trend ?? number],
    openClassSummary({ parts, messages }),
  ),
  whenNew(({ said, activities, closed_at: closedAt }) => [said, activities.hands.length, unanswered(activities), closedAt], words.draw),
  openSuggestion({ parts, url: suggestionUrl, messages }),
  whenNew(({ markers: set, started_at: startedAt, closed_at: closedAt }) => [set, startedAt, closedAt], markers.draw),
  atMostEvery(SLOW_PAUSE_MS, whenNew(({ questions }) => [questions], openAskedQuestions({ parts, messages }))).soon,
  whenNew(({ cameras_paused: isPausedByTeacher, closed_at: closedAt }) => [isPausedByTeacher, closedAt], openCameras({ parts, url: camerasUrl, messages })),
  openAlerts({ parts, messages }),
  whenNew(({ door, closed_at: closedAt }) => [door, closedAt], openDoor({ parts, url: doorUrl, messages })),
];

const tabs = openTabs({
  list: /** @type {HTMLElement} */ (root.querySelector("[role=tablist]")),
  onShow(tab) {
    view = tab;
    timesShown += 1;
    views.now(null);
  },
});

const socket = openSocket({
  url: socketPath,
  onMessage: handleMessage,
  onState: (connection) => freshness.connection(connection.state === "closed" ? connection.code : connection.state),
  signal: page.signal,
});

/** @param {Snapshot | Change | {type: "reload"}} message */
function handleMessage(message) {
  // The server speaks another version of the protocol.
  if (message.type === "reload") return location.reload();
  const next = applyMessage(state, message);
  if (!next) return resync();
  isResyncing = false;
  // Another mode has another page.
  if (state.ready && next.sees_readings !== state.sees_readings) return location.reload();
  state = next;
  freshness.received(state.server_time);
  // A question that was asked while updates are paused has answers all the same.
  asking.draw(state);
  if (isPaused) return;
  shown = state;
  draw();
}

function resync() {
  if (!isResyncing) isResyncing = socket.send({ type: "resync" });
}

function draw() {
  for (const part of draws) part(shown);
  const drawViews = shown.students.size > QUICK_STUDENTS ? views.soon : views.now;
  drawViews(null);
  drawer.draw(shown);
  // Before the first student joins, the class has not begun: its clock stands at zero.
  const now = shown.closed_at ?? shown.server_time;
  write(parts.clock, elapsed(now - (shown.started_at ?? now)));
  parts.ended.hidden = !shown.closed_at;
  for (const button of [parts.end, parts.endInMenu]) if (button) button.hidden = Boolean(shown.closed_at);
  root.dataset.newest = String(shown.newest ?? "");
  markPainted(shown.newest);
}

function drawView() {
  const drawn = shown;
  if (!drawn.ready) return;
  if (view === "tab-students") drawCards(drawn);
  if (view === "tab-list") drawList(drawn);
  // What was hidden may have another width by now.
  const events = `${drawn.markers.length} ${drawn.questions.length} ${timesShown}`;
  if (view === "tab-class") drawCharts(() => chartNumbers(drawn, isCompact), events);
}

const keys = openKeys({ open: parts.keysOpen, messages, signal: page.signal });
keys.add("m", messages("key.mark"), markers.mark);
keys.add("a", messages("key.ask"), () => {
  /** @type {HTMLElement | null} */ (root.querySelector("[data-part=askOpen]"))?.click();
});
keys.add("g", messages("key.got_it"), words.gotIt);
keys.add("c", messages("key.class"), () => tabs.show("tab-class"));
keys.add("s", messages("key.students"), () => tabs.show("tab-students"));
keys.add("l", messages("key.list"), () => tabs.show("tab-list"));
keys.add("/", messages("key.find"), () => {
  tabs.show("tab-list");
  parts.listSearch.focus();
});

openSmallWindow({ button: parts.compactOpen, url: compactUrl, title: messages("small_window") });

parts.pause.addEventListener("click", () => {
  isPaused = !isPaused;
  parts.pause.setAttribute("aria-pressed", String(isPaused));
  write(parts.pause, messages(isPaused ? "resume" : "pause"));
  freshness.pause(isPaused);
  // A copy, because messages change the maps in the state.
  shown = isPaused ? structuredClone(state) : state;
  if (shown.ready) draw();
});

for (const button of [parts.end, parts.endInMenu]) {
  button?.addEventListener("click", () => /** @type {HTMLDialogElement} */ (elementById("end-dialog")).showModal());
}

// The server sends a message every two seconds, so silence means that the connection died without closing.
const silenceCheck = setInterval(() => freshness.isSilent && socket.isOpen && socket.restart(), SILENCE_CHECK_MS);
page.signal.addEventListener("abort", () => clearInterval(silenceCheck), { once: true });
