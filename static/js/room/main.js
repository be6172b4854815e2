// Wires the student's page; the other modules here know nothing of each other.

import { partsOf, write } from "../lib/parts.js";
import { openSocket } from "../lib/socket.js";
import { readMessages } from "../lib/messages.js";
import { openAnnouncer } from "./announcer.js";
import { openIdentityCheck } from "./identity-check.js";
import { openCheckPanel } from "./check-panel.js";
import { openClassPanel } from "./class-panel.js";
import { openWorkerTimer } from "./worker-timer.js";
import { showCopyButtons } from "../lib/copy-buttons.js";
import { openDecisions } from "./decisions.js";
import { openEndedPanel } from "./ended-panel.js";
import { keepPlace } from "./focus.js";
import { openPictureProblem } from "./picture-problem.js";
import { openHeartbeat } from "./heartbeat.js";
import { openSavedState } from "./saved-state.js";
import { openOwnReading } from "./own-reading.js";
import { openPanels } from "./panels.js";
import { COMES_BACK_AFTER, PURPOSE, pulseMessage, stateMessage, wrongReadingMessage } from "./protocol.js";
import { openPulses } from "./pulses.js";
import { hideReceiptCodes } from "./receipt-codes.js";
import { openReadingWatchdog } from "./reading-watchdog.js";
import { openCapture } from "./capture.js";
import { nextState, presence, initialState, usesCamera, wantsCamera } from "./room-state.js";
import { openFrameSender } from "./frame-sender.js";
import { openWakeLock } from "./wake-lock.js";

const REPORT_AGAIN_MS = 5000; // the server takes a state every two seconds

const root = document.getElementById("room");
const config = JSON.parse(document.getElementById("room-config").textContent);
const messages = readMessages(document.getElementById("messages"));
const parts = partsOf(root);
const savedState = openSavedState(`room ${config.socketUrl}`); // the address tells sessions and people apart
const identityCheck = openIdentityCheck(config.socketUrl);
const page = new AbortController(); // aborts when the page goes, and when the seat is no longer ours
const after = openWorkerTimer({ workerUrl: root.dataset.timerWorker, signal: page.signal });

let room = initialState({ mode: config.mode, consent: config.consent, ...savedState.recall(config.state) });
let reportedState = null; // what the server knows of us on this connection
let cancelReport = () => {};
let intervalMs = 1000;
let lastMessageAt; // when the server last spoke

// --- what happens, and what follows -----------------------------------------------------------------------

function dispatch(type, facts = {}, at = frameSender.serverTime()) {
  room = nextState(room, { type, ...facts }, at);
  film();
  keepAwake(room.camera === "on");
  savedState.keep(room);
  reportPresence();
  draw();
  if (room.stage === "ended") page.abort();
}

function film() {
  if (!wantsCamera(room)) {
    capture.stop();
    showMirror(null);
  } else if (room.camera === "off") {
    capture.start();
  }
}

function reportPresence() {
  const state = presence(room);
  if (!state || state === reportedState || room.connection !== "open") return;
  if (heartbeat.send(stateMessage(state))) reportedState = state;
}

function draw() {
  const focused = document.activeElement;
  showPanel(room.stage);
  write(parts.connection, messages(`connection.${room.connection}`));
  parts.connection.hidden = room.stage === "ended";
  parts.own.hidden = !usesCamera(room) || !room.consent;
  if (!room.consent) ownReading.clear();
  if (room.camera !== "on") endTrouble();
  checkPanel.draw(room);
  classPanel.draw(room, intervalMs);
  endedPanel.draw(room);
  keepPlace(focused);
}

function endTrouble() {
  pictureProblem.clear();
  classPanel.drawTrouble(null);
}

function showMirror(stream) {
  for (const mirror of [parts.checkMirror, parts.classMirror]) mirror.srcObject = stream;
}

// --- what the server says ---------------------------------------------------------------------------------

const handlers = {
  welcome(message) {
    frameSender.welcome(message);
    reportedState = null;
    dispatch("welcome", message);
  },
  admitted(message) {
    frameSender.admitted(message);
    dispatch("admitted");
  },
  noted({ about: { type, kind, value } }) {
    if (kind === "wrong_reading") ownReading.noted();
    else if (type === "pulse") pulses.noted({ kind, value });
  },
  refused({ code, about }) {
    if (code === "no_consent" && room.consent) socket.restart(); // we missed a decision: the welcome tells it
    else if (about) undo(about, code);
    dispatch("refused", { code });
  },
  consent: ({ consent }) => dispatch("consent", { consent }),
  check(message) {
    readingWatchdog.read();
    checkPanel.drawCheck(message);
  },
  reading(message) {
    readingWatchdog.read();
    if (!ownReading.draw(message)) return;
    announce(ownReading.spoken(message));
    classPanel.drawTrouble(pictureProblem.note(message.face));
  },
};

function undo({ type, state, kind, sequence }, code) {
  if (kind === "wrong_reading") ownReading.refuse({ sequence, code });
  else if (type === "pulse") pulses.refuse();
  else if (type === "state" && code === "too_many") {
    cancelReport();
    cancelReport = after(REPORT_AGAIN_MS, () => reportAgain(state));
  }
}

function reportAgain(state) {
  if (state !== reportedState) return; // another one was told meanwhile
  reportedState = null;
  reportPresence();
}

function handleMessage(message) {
  heartbeat.received();
  if (message.interval_ms) setPace(message.interval_ms);
  handlers[message.type]?.(message); // a newer server may say more than this page understands
  lastMessageAt = frameSender.serverTime();
}

function sendPicture(message) {
  readingWatchdog.sent();
  return heartbeat.send(message);
}

function setPace(milliseconds) {
  intervalMs = milliseconds;
  capture.setInterval(milliseconds);
}

function onSocket({ state, code }) {
  if (state === "lost" || state === "closed") {
    for (const speaker of [frameSender, heartbeat, readingWatchdog, pulses, ownReading]) speaker.lost();
  }
  dispatch("socket", { state, code }, state === "lost" ? lastMessageAt : undefined); // a device that was asleep lost it before
}

// --- the parts --------------------------------------------------------------------------------------------

const socket = openSocket({
  url: config.socketUrl,
  onMessage: handleMessage,
  onState: onSocket,
  comesBackAfter: COMES_BACK_AFTER,
  after,
  signal: page.signal,
});
const heartbeat = openHeartbeat({ socket, after, onSilence: () => dispatch("silence") });
const readingWatchdog = openReadingWatchdog({ after, onUnread: (isUnread) => dispatch("unread", { isUnread }) });
const frameSender = openFrameSender({ socket, send: sendPicture });
const capture = openCapture({
  after,
  jpegWorkerUrl: root.dataset.jpegWorker,
  sender: frameSender,
  purpose: () => (room.stage === "checking" ? PURPOSE.check : PURPOSE.class),
  onCamera(camera, stream = null) {
    showMirror(stream);
    dispatch("camera", { camera });
  },
  onMoving: (moving) => dispatch("moving", { moving }),
  onMuted: (muted) => dispatch("muted", { muted }),
  onPlugged: () => dispatch("plugged"),
  signal: page.signal,
});

const decisions = openDecisions({
  messages,
  urls: config.urls,
  dispatch,
  onConsented: (level) => after(2000, () => room.consent === level || socket.restart()), // a hint got lost: ask again
});
const keepAwake = openWakeLock({ after });
const showPanel = openPanels({ root });
const announce = openAnnouncer({ part: parts.announcer, after });
const pictureProblem = openPictureProblem();
const ownReading = openOwnReading({
  parts,
  messages,
  engagementUrl: config.urls.engagement,
  onWrong: (sequence) => heartbeat.send(wrongReadingMessage(sequence)),
});
const checkPanel = openCheckPanel({
  parts,
  messages,
  onReady: () => dispatch("ready"),
  onRetry: () => dispatch("retry"),
  onWithout: decisions.goWithoutCamera,
});
const classPanel = openClassPanel({
  parts,
  messages,
  actions: {
    retry: () => dispatch("retry"),
    pause: () => dispatch("pause"),
    resume: () => dispatch("resume"),
    cameraOn: decisions.askConsent,
    cameraOff: decisions.askWithdraw,
    show: decisions.askShow,
    hide: decisions.askHide,
    leave: decisions.askLeave,
    erase: decisions.askErase,
  },
});
const endedPanel = openEndedPanel({ parts, messages });
const pulses = openPulses({ root, parts, messages, after, say: (kind, value) => heartbeat.send(pulseMessage(kind, value)), now: frameSender.serverTime });

// --- the page itself --------------------------------------------------------------------------------------

const ticking = setInterval(classPanel.drawTimer, 1000);
page.signal.addEventListener("abort", () => clearInterval(ticking));
document.addEventListener("visibilitychange", () => dispatch("visibility", { hidden: document.hidden }));
document.addEventListener("freeze", () => dispatch("visibility", { hidden: true, frozen: true }));
document.addEventListener("resume", () => dispatch("visibility", { hidden: document.hidden }));
window.addEventListener("pagehide", () => {
  if (!page.signal.aborted) identityCheck.markLeft();
  capture.stop(); // the light goes out with the page, even where the browser keeps it for the way back
  keepAwake(false);
  page.abort();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  identityCheck.clear(); // somebody came back to this page: it asks who
  location.reload();
});
hideReceiptCodes({ root });
showCopyButtons({ root });
dispatch("visibility", { hidden: document.hidden });
