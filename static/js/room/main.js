/** Connects the parts of the student's page; the other modules here know nothing of each other. */

import { showCopyButtons } from "../lib/copy-buttons.js";
import { readMessages } from "../lib/messages.js";
import { elementById, jsonById, partsOf, write } from "../lib/parts.js";
import { openSocket } from "../lib/socket.js";
import { openActivities } from "./activities.js";
import { NO_CAMERA_VIEW, openCameraView } from "./camera-view.js";
import { openCapture } from "./capture.js";
import { openClassPanel } from "./class-panel.js";
import { openDecisions, openLeaving } from "./decisions.js";
import { openEndedPanel } from "./ended-panel.js";
import { keepFocus } from "./focus.js";
import { openFolds } from "./folds.js";
import { openFrameSender } from "./frame-sender.js";
import { openHeartbeat } from "./heartbeat.js";
import { openIdentityCheck } from "./identity-check.js";
import { openPanels } from "./panels.js";
import { openPresenceReporter } from "./presence-reporter.js";
import { COMES_BACK_AFTER, PURPOSE, pulseMessage, wrongReadingMessage } from "./protocol.js";
import { openPulses } from "./pulses.js";
import { openReadingWatchdog } from "./reading-watchdog.js";
import { hideReceiptCodes } from "./receipt-codes.js";
import { initialState, nextState, wantsCamera } from "./room-state.js";
import { openSavedState } from "./saved-state.js";
import { watchVisibility } from "./visibility.js";
import { openWakeLock } from "../lib/wake-lock.js";
import { openWorkerTimer } from "./worker-timer.js";

// The socket reports a consent within a moment. If that report got lost, the next welcome has it.
const CONSENT_REPORT_MS = 2000;

const root = elementById("room");
const config = /** @type {RoomConfig} */ (jsonById("room-config"));
const messages = readMessages(elementById("messages"));
const parts = /** @type {RoomParts} */ (partsOf(document));
const hasCameraParts = "cameraCard" in parts;
// The socket's address tells sessions and people apart.
const savedState = openSavedState(`room ${config.socketUrl}`);
const identityCheck = openIdentityCheck(config.socketUrl);
// Aborts when the page goes, and when the student is no longer in the class.
const page = new AbortController();
const after = openWorkerTimer({ workerUrl: root.dataset.timerWorker ?? "", signal: page.signal });

let room = initialState({ mode: config.mode, consent: config.consent, ...savedState.restore(config.state) });
let intervalMs = 1000;
/** @type {number | undefined} */
let lastMessageAt;

// --- events -------------------------------------------------------------------------------------

/**
 * @param {RoomEvent} event
 * @param {number} [at] server time
 */
function dispatch(event, at = frameSender.serverTime()) {
  room = nextState(room, event, at);
  switchCamera();
  keepAwake(room.camera === "on");
  savedState.save(room);
  presenceReporter.report(room);
  draw();
  if (room.stage === "ended") page.abort();
}

function switchCamera() {
  if (!wantsCamera(room)) {
    capture.stop();
    cameraView.showMirror(null);
  } else if (room.camera === "off") {
    capture.start();
  }
}

function draw() {
  const focused = document.activeElement;
  showPanel(room.stage);
  write(parts.connection, messages(`connection.${room.connection}`));
  parts.connection.hidden = room.stage === "ended";
  cameraView.draw(room, intervalMs);
  classPanel.draw(room);
  endedPanel.draw(room);
  keepFocus(focused);
}

// --- messages of the server ---------------------------------------------------------------------

/** @type {{[Type in RoomMessage["type"]]: (message: Extract<RoomMessage, {type: Type}>) => void}} */
const handlers = {
  welcome(message) {
    // The approval of a camera mode is in force again since this page was loaded.
    if (message.mode !== "participation" && !hasCameraParts) return location.reload();
    frameSender.welcome(message);
    presenceReporter.welcome();
    dispatch({ type: "welcome", mode: message.mode, consent: message.consent, paused: message.paused });
    activities.reload();
  },
  admitted(message) {
    frameSender.admitted(message);
    dispatch({ type: "admitted" });
  },
  noted({ about: { type, kind, value } }) {
    if (kind === "wrong_reading") cameraView.noted();
    else if (type === "pulse") notePulse({ kind, value });
  },
  refused({ code, about }) {
    // This page missed a decision; the next welcome has it.
    if (code === "no_consent" && room.consent) socket.restart();
    else if (code === "paused" && !room.teacherPaused) socket.restart();
    else if (about) onRefused(about, code);
    dispatch({ type: "refused", code });
  },
  consent: ({ consent }) => dispatch({ type: "consent", consent }),
  cameras: ({ paused }) => dispatch({ type: "cameras", paused }),
  check(message) {
    readingWatchdog.read();
    // One that was on its way when the camera went off says nothing any more.
    if (room.camera === "on") cameraView.check(message);
  },
  reading(message) {
    readingWatchdog.read();
    cameraView.reading(message);
  },
  activities: (message) => activities.takeShared(message),
  pick: ({ state }) => activities.takePick(state),
  group: ({ number }) => activities.takeGroup(number),
  hand: ({ up }) => activities.takeHand(up),
};

/** @param {{kind?: string, value?: number}} pulse */
function notePulse(pulse) {
  pulses.noted(pulse);
  activities.pulseNoted();
}

/**
 * @param {About} about
 * @param {string} code
 */
function onRefused({ type, state, kind, sequence }, code) {
  if (kind === "wrong_reading") cameraView.refused({ sequence, code });
  else if (type === "pulse") pulses.refused();
  else if (type === "state" && code === "too_many") presenceReporter.refused(state, () => room);
}

/** @param {RoomMessage & {interval_ms?: number}} message */
function handleMessage(message) {
  heartbeat.received();
  if (message.interval_ms) setPace(message.interval_ms);
  // A newer server may send types that this page does not know.
  const handle = /** @type {((message: RoomMessage) => void) | undefined} */ (handlers[message.type]);
  handle?.(message);
  lastMessageAt = frameSender.serverTime();
}

/** @param {number} milliseconds */
function setPace(milliseconds) {
  intervalMs = milliseconds;
  capture.setInterval(milliseconds);
}

/** @param {import("../lib/socket.js").Connection} connection */
function onSocket(connection) {
  const { state } = connection;
  if (state === "lost" || state === "closed") {
    for (const listener of [frameSender, heartbeat, readingWatchdog, pulses, cameraView]) listener.lost();
  }
  // A device that was asleep lost its connection before it noticed.
  const at = state === "lost" ? lastMessageAt : undefined;
  dispatch({ type: "socket", state, code: "code" in connection ? connection.code : undefined }, at);
}

// --- parts of the page --------------------------------------------------------------------------

const socket = openSocket({
  url: config.socketUrl,
  onMessage: handleMessage,
  onState: onSocket,
  comesBackAfter: COMES_BACK_AFTER,
  after,
  signal: page.signal,
});
const heartbeat = openHeartbeat({ socket, after, onSilence: () => dispatch({ type: "silence" }) });
const presenceReporter = openPresenceReporter({ send: heartbeat.send, after });
const readingWatchdog = openReadingWatchdog({
  after,
  onUnread: (isUnread) => dispatch({ type: "unread", isUnread }),
});
const frameSender = openFrameSender({
  socket,
  send(message) {
    readingWatchdog.sent();
    return heartbeat.send(message);
  },
});
const capture = openCapture({
  after,
  jpegWorkerUrl: root.dataset.jpegWorker ?? "",
  sender: frameSender,
  purpose: () => (room.stage === "checking" ? PURPOSE.check : cameraView.purpose()),
  onCamera(camera, stream) {
    cameraView.showMirror(stream ?? null);
    dispatch({ type: "camera", camera });
  },
  onMoving: (moving) => dispatch({ type: "moving", moving }),
  onMuted: (muted) => dispatch({ type: "muted", muted }),
  onPlugged: () => dispatch({ type: "plugged" }),
  signal: page.signal,
});

const decisionOptions = { messages, urls: config.urls, dispatch };
const leaving = openLeaving(decisionOptions);
const cameraView = hasCameraParts ? openCamera() : NO_CAMERA_VIEW;
const keepAwake = openWakeLock({ after });
const showPanel = openPanels(root);
const classPanel = openClassPanel({ parts, messages, onLeave: leaving.askLeave, onErase: leaving.askErase });
const endedPanel = openEndedPanel({ parts, messages });
const pulses = openPulses({
  root,
  parts,
  messages,
  after,
  send: (kind, value) => heartbeat.send(pulseMessage(kind, value)),
  now: frameSender.serverTime,
  lastsMs: config.pulseLastsMs,
});
const activities = openActivities({
  parts,
  messages,
  urls: config.urls,
  signal: page.signal,
  onSaid: pulses.restore,
  onLostSeen: pulses.lostSeen,
});

function openCamera() {
  const decisions = openDecisions({
    ...decisionOptions,
    onConsented: (level) => after(CONSENT_REPORT_MS, () => room.consent === level || socket.restart()),
  });
  return openCameraView({
    parts: /** @type {CameraParts} */ (partsOf(root)),
    messages,
    engagementUrl: config.urls.engagement,
    after,
    signal: page.signal,
    onWrong: (sequence) => heartbeat.send(wrongReadingMessage(sequence)),
    actions: {
      ready: () => dispatch({ type: "ready" }),
      retry: () => dispatch({ type: "retry" }),
      pause: () => dispatch({ type: "pause" }),
      resume: () => dispatch({ type: "resume" }),
      cameraOn: decisions.askConsent,
      cameraOff: decisions.askWithdraw,
      show: decisions.askShow,
      hide: decisions.askHide,
      withoutCamera: decisions.continueWithoutCamera,
    },
  });
}

// --- the page itself ----------------------------------------------------------------------------

window.addEventListener("pagehide", () => {
  if (!page.signal.aborted) identityCheck.markLeft();
  // The camera goes off with the page, even where the browser keeps the page for the back button.
  capture.stop();
  keepAwake(false);
  page.abort();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  // Somebody came back to this page with the browser's back button: it asks who.
  identityCheck.clear();
  location.reload();
});
openFolds(root);
hideReceiptCodes(root);
showCopyButtons(root);
watchVisibility(dispatch, page.signal);
