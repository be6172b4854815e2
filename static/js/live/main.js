// Wires the live page; the other modules know nothing of each other's parts of it.

import { elapsed } from "../lib/format.js";
import { partsOf, write } from "../lib/parts.js";
import { openSocket } from "../lib/socket.js";
import { readWords } from "../lib/words.js";
import { openCharts } from "./charts.js";
import { openDrawer } from "./drawer.js";
import { openFreshness } from "./freshness.js";
import { openGlance } from "./glance.js";
import { openMarkers } from "./markers.js";
import { openPainted } from "./painted.js";
import { openList, openSeats } from "./people.js";
import { emptyState, heard } from "./state.js";
import { openTabs } from "./tabs.js";

const root = document.getElementById("live");
const words = readWords(document.getElementById("words"));
const parts = partsOf(root);
const page = new AbortController();
window.addEventListener("pagehide", () => page.abort(), { once: true });
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // back from the browser's cache

let state = emptyState();
let isPaused = false;
let view = "tab-class";
let asksAgain = false; // a message went missing and a snapshot is on its way

const drawer = openDrawer({ dialog: document.getElementById("drawer"), removeUrl: root.dataset.removeUrl, words });
const open = (id) => drawer.open(id, state);
const freshness = openFreshness({ part: parts.freshness, lost: parts.lost, words, signal: page.signal });
const drawGlance = openGlance({ parts, words });
const drawMarkers = openMarkers({ parts, urls: { add: root.dataset.markerUrl, remove: root.dataset.markerRemoveUrl }, words });
const drawSeats = openSeats({ parts, words, onOpen: open });
const drawList = openList({ parts, words, onOpen: open });
const painted = openPainted("classpulse:redraw");
const drawCharts = parts.linePlot ? openCharts({ parts, words, signal: page.signal }) : () => {};

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
  const next = heard(state, message);
  if (!next) return resync();
  asksAgain = false;
  state = next;
  freshness.heard();
  if (!isPaused) draw();
}

function resync() {
  if (!asksAgain) asksAgain = socket.send({ type: "resync" });
}

function draw() {
  drawGlance(state);
  drawMarkers(state);
  drawView();
  drawer.draw(state);
  write(parts.clock, elapsed((state.closed_at ?? state.server_time) - state.opened_at));
  parts.ended.hidden = !state.closed_at;
  if (parts.end) parts.end.hidden = Boolean(state.closed_at);
  root.dataset.newest = state.newest ?? "";
  painted(state.newest);
}

function drawView() {
  if (!state.ready) return;
  if (view === "tab-seats") drawSeats(state);
  if (view === "tab-list") drawList(state);
  if (view === "tab-class") {
    const points = [...state.points].sort(([a], [b]) => a - b).map(([at, point]) => ({ ...point, at }));
    const now = state.closed_at ?? state.server_time;
    drawCharts({ points, step: state.step, markers: state.markers, from: state.opened_at, now, newest: state.newest });
  }
}

parts.pause.addEventListener("click", () => {
  isPaused = !isPaused;
  parts.pause.setAttribute("aria-pressed", isPaused);
  write(parts.pause, words(isPaused ? "resume" : "pause"));
  freshness.pause(isPaused);
  if (!isPaused && state.ready) draw();
});

parts.end?.addEventListener("click", () => document.getElementById("end-dialog").showModal());

// A connection that died without saying so: the server speaks every two seconds, so silence is the sign.
const watch = setInterval(() => freshness.isSilent && socket.isOpen && socket.restart(), 5000);
page.signal.addEventListener("abort", () => clearInterval(watch), { once: true });
