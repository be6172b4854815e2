// Wires the live page; the other modules know nothing of each other's parts of it.

import { elapsed } from "../lib/format.js";
import { partsOf, write } from "../lib/parts.js";
import { openSocket } from "../lib/socket.js";
import { readMessages } from "../lib/messages.js";
import { openCharts } from "./charts.js";
import { openDoor } from "./door.js";
import { openDrawer } from "./drawer.js";
import { openFreshness } from "./freshness.js";
import { openClassSummary } from "./class-summary.js";
import { openMarkers } from "./markers.js";
import { openPaintTiming } from "./paint-timing.js";
import { openList, openSeats } from "./roster.js";
import { emptyState, heard } from "./state.js";
import { openTabs } from "./tabs.js";

const root = document.getElementById("live");
const messages = readMessages(document.getElementById("messages"));
const parts = partsOf(root);
const page = new AbortController();
window.addEventListener("pagehide", () => page.abort(), { once: true });
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // back from the browser's cache

let state = emptyState();
let shown = state; // another one while paused
let isPaused = false;
let view = "tab-class";
let asksAgain = false; // a message went missing and a snapshot is on its way

const drawer = openDrawer({ dialog: document.getElementById("drawer"), removeUrl: root.dataset.removeUrl, messages });
const open = (id) => drawer.open(id, shown);
const freshness = openFreshness({ part: parts.freshness, lost: parts.lost, messages, signal: page.signal });
const drawClassSummary = openClassSummary({ parts, messages });
const drawMarkers = openMarkers({ parts, urls: { add: root.dataset.markerUrl, remove: root.dataset.markerRemoveUrl }, messages });
const drawDoor = openDoor({ parts, url: root.dataset.doorUrl, messages });
const drawSeats = openSeats({ parts, messages, onOpen: open });
const drawList = openList({ parts, messages, onOpen: open });
const painted = openPaintTiming("classpulse:redraw");
const drawCharts = parts.linePlot ? openCharts({ parts, messages, signal: page.signal }) : () => {};

openTabs({
  list: root.querySelector("[role=tablist]"),
  onShow(tab) {
    view = tab;
    drawView();
  },
});

const socket = openSocket({
  url: root.dataset.socket,
  onMessage: hear,
  onState({ state: connection, code }) {
    freshness.connection(connection === "closed" ? code : connection);
  },
  signal: page.signal,
});

function hear(message) {
  if (message.type === "reload") return location.reload(); // the server speaks another version of the protocol
  const next = heard(state, message);
  if (!next) return resync();
  asksAgain = false;
  if (state.ready && next.sees_readings !== state.sees_readings) return location.reload(); // another page by now
  state = next;
  freshness.heard(state.server_time);
  if (isPaused) return;
  shown = state;
  draw();
}

function resync() {
  if (!asksAgain) asksAgain = socket.send({ type: "resync" });
}

function draw() {
  drawClassSummary(shown);
  drawMarkers(shown);
  drawDoor(shown);
  drawView();
  drawer.draw(shown);
  write(parts.clock, elapsed((shown.closed_at ?? shown.server_time) - shown.opened_at));
  parts.ended.hidden = !shown.closed_at;
  if (parts.end) parts.end.hidden = Boolean(shown.closed_at);
  root.dataset.newest = shown.newest ?? "";
  painted(shown.newest);
}

function drawView() {
  if (!shown.ready) return;
  if (view === "tab-seats") drawSeats(shown);
  if (view === "tab-list") drawList(shown);
  if (view === "tab-class") {
    const points = [...shown.points].sort(([a], [b]) => a - b).map(([at, point]) => ({ ...point, at }));
    const now = shown.closed_at ?? shown.server_time;
    const { step, markers, formulas, opened_at: from, newest } = shown;
    drawCharts({ points, step, markers, formulas, from, now, newest });
  }
}

parts.pause.addEventListener("click", () => {
  isPaused = !isPaused;
  parts.pause.setAttribute("aria-pressed", isPaused);
  write(parts.pause, messages(isPaused ? "resume" : "pause"));
  freshness.pause(isPaused);
  shown = isPaused ? structuredClone(state) : state; // what is heard meanwhile changes the maps in it
  if (shown.ready) draw();
});

parts.end?.addEventListener("click", () => document.getElementById("end-dialog").showModal());

// A connection that died without saying so: the server speaks every two seconds, so silence is the sign.
const watch = setInterval(() => freshness.isSilent && socket.isOpen && socket.restart(), 5000);
page.signal.addEventListener("abort", () => clearInterval(watch), { once: true });
