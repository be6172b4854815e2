// Wires the student's page; the other modules here know nothing of each other.

import { partsOf, write } from "../lib/parts.js";
import { openSocket } from "../lib/socket.js";
import { readWords } from "../lib/words.js";
import { openAnnouncer } from "./announcer.js";
import { openArrival } from "./arrival.js";
import { openCheckPanel } from "./check-panel.js";
import { openClassPanel } from "./class-panel.js";
import { openClock } from "./clock.js";
import { openCopies } from "./copy.js";
import { openDecisions } from "./decisions.js";
import { openEndedPanel } from "./ended-panel.js";
import { keepPlace } from "./focus.js";
import { openLasting } from "./lasting.js";
import { openLifeline } from "./lifeline.js";
import { openMemory } from "./memory.js";
import { openOwnSignal } from "./own-signal.js";
import { openPanels } from "./panels.js";
import { COMES_BACK_AFTER, PURPOSE, pulseMessage, stateMessage, wrongReadingMessage } from "./protocol.js";
import { openPulses } from "./pulses.js";
import { openReceipts } from "./receipts.js";
import { openReadingWatch } from "./reading-watch.js";
import { createRoad } from "./road.js";
import { next, presence, takeSeat, usesCamera, wantsCamera } from "./seat.js";
import { openSink } from "./sink.js";
import { openWakeLock } from "./wake-lock.js";

const TOLD_AGAIN_MS = 5000; // the server takes a state every two seconds

const root = document.getElementById("room");
const config = JSON.parse(document.getElementById("room-config").textContent);
const words = readWords(document.getElementById("words"));
const parts = partsOf(root);
const memory = openMemory(`room ${config.socketUrl}`); // the address tells sessions and people apart
const arrival = openArrival(config.socketUrl);
const page = new AbortController(); // aborts when the page goes, and when the seat is no longer ours
const after = openClock({ workerUrl: root.dataset.clockWorker, signal: page.signal });

let seat = takeSeat({ mode: config.mode, consent: config.consent, ...memory.recall(config.state) });
let toldState = null; // what the server knows of us on this connection
let cancelTelling = () => {};
let intervalMs = 1000;
let heardAt; // when the server last spoke

// --- what happens, and what follows -----------------------------------------------------------------------

function happen(type, facts = {}, at = sink.serverTime()) {
  seat = next(seat, { type, ...facts }, at);
  film();
  keepAwake(seat.camera === "on");
  memory.keep(seat);
  tellPresence();
  draw();
  if (seat.stage === "ended") page.abort();
}

function film() {
  if (!wantsCamera(seat)) {
    road.stop();
    showMirror(null);
  } else if (seat.camera === "off") {
    road.start();
  }
}

function tellPresence() {
  const state = presence(seat);
  if (!state || state === toldState || seat.connection !== "open") return;
  if (lifeline.say(stateMessage(state))) toldState = state;
}

function draw() {
  const focused = document.activeElement;
  showPanel(seat.stage);
  write(parts.connection, words(`connection.${seat.connection}`));
  parts.connection.hidden = seat.stage === "ended";
  parts.own.hidden = !usesCamera(seat) || !seat.consent;
  if (!seat.consent) ownSignal.clear();
  if (seat.camera !== "on") endTrouble();
  checkPanel.draw(seat);
  classPanel.draw(seat, intervalMs);
  endedPanel.draw(seat);
  keepPlace(focused);
}

function endTrouble() {
  lasting.clear();
  classPanel.drawTrouble(null);
}

function showMirror(stream) {
  for (const mirror of [parts.checkMirror, parts.classMirror]) mirror.srcObject = stream;
}

// --- what the server says ---------------------------------------------------------------------------------

const heard = {
  welcome(message) {
    sink.welcome(message);
    toldState = null;
    happen("welcome", message);
  },
  admitted(message) {
    sink.admitted(message);
    happen("admitted");
  },
  noted({ about: { type, kind, value } }) {
    if (kind === "wrong_reading") ownSignal.noted();
    else if (type === "pulse") pulses.noted({ kind, value });
  },
  refused({ code, about }) {
    if (code === "no_consent" && seat.consent) socket.restart(); // we missed a decision: the welcome tells it
    else if (about) takeBack(about, code);
    happen("refused", { code });
  },
  consent: ({ consent }) => happen("consent", { consent }),
  check(message) {
    readingWatch.read();
    checkPanel.drawCheck(message);
  },
  reading(message) {
    readingWatch.read();
    if (!ownSignal.draw(message)) return;
    announce(ownSignal.spoken(message));
    classPanel.drawTrouble(lasting.note(message.face));
  },
};

function takeBack({ type, state, kind, sequence }, code) {
  if (kind === "wrong_reading") ownSignal.refuse({ sequence, code });
  else if (type === "pulse") pulses.refuse();
  else if (type === "state" && code === "too_many") {
    cancelTelling();
    cancelTelling = after(TOLD_AGAIN_MS, () => tellAgain(state));
  }
}

function tellAgain(state) {
  if (state !== toldState) return; // another one was told meanwhile
  toldState = null;
  tellPresence();
}

function hear(message) {
  lifeline.heard();
  if (message.interval_ms) setPace(message.interval_ms);
  heard[message.type]?.(message); // a newer server may say more than this page understands
  heardAt = sink.serverTime();
}

function sendPicture(message) {
  readingWatch.sent();
  return lifeline.say(message);
}

function setPace(milliseconds) {
  intervalMs = milliseconds;
  road.setInterval(milliseconds);
}

function onSocket({ state, code }) {
  if (state === "lost" || state === "closed") {
    for (const speaker of [sink, lifeline, readingWatch, pulses, ownSignal]) speaker.lost();
  }
  happen("socket", { state, code }, state === "lost" ? heardAt : undefined); // a device that was asleep lost it before
}

// --- the parts --------------------------------------------------------------------------------------------

const socket = openSocket({
  url: config.socketUrl,
  onMessage: hear,
  onState: onSocket,
  comesBackAfter: COMES_BACK_AFTER,
  after,
  signal: page.signal,
});
const lifeline = openLifeline({ socket, after, onSilence: () => happen("silence") });
const readingWatch = openReadingWatch({ after, onUnread: (isUnread) => happen("unread", { isUnread }) });
const sink = openSink({ socket, say: sendPicture });
const road = createRoad({
  after,
  jpegWorkerUrl: root.dataset.jpegWorker,
  sink,
  purpose: () => (seat.stage === "checking" ? PURPOSE.check : PURPOSE.class),
  onCamera(camera, stream = null) {
    showMirror(stream);
    happen("camera", { camera });
  },
  onMoving: (moving) => happen("moving", { moving }),
  onMuted: (muted) => happen("muted", { muted }),
  onPlugged: () => happen("plugged"),
  signal: page.signal,
});

const decisions = openDecisions({
  words,
  urls: config.urls,
  happen,
  onConsented: (level) => after(2000, () => seat.consent === level || socket.restart()), // a hint got lost: ask again
});
const keepAwake = openWakeLock({ after });
const showPanel = openPanels({ root });
const announce = openAnnouncer({ part: parts.announcer, after });
const lasting = openLasting();
const ownSignal = openOwnSignal({
  parts,
  words,
  engagementUrl: config.urls.engagement,
  onWrong: (sequence) => lifeline.say(wrongReadingMessage(sequence)),
});
const checkPanel = openCheckPanel({
  parts,
  words,
  onReady: () => happen("ready"),
  onRetry: () => happen("retry"),
  onWithout: decisions.goWithoutCamera,
});
const classPanel = openClassPanel({
  parts,
  words,
  actions: {
    retry: () => happen("retry"),
    pause: () => happen("pause"),
    resume: () => happen("resume"),
    cameraOn: decisions.askConsent,
    cameraOff: decisions.askWithdraw,
    show: decisions.askShow,
    hide: decisions.askHide,
    leave: decisions.askLeave,
    erase: decisions.askErase,
  },
});
const endedPanel = openEndedPanel({ parts, words });
const pulses = openPulses({ root, parts, words, after, say: (kind, value) => lifeline.say(pulseMessage(kind, value)), now: sink.serverTime });

// --- the page itself --------------------------------------------------------------------------------------

const ticking = setInterval(classPanel.drawTimer, 1000);
page.signal.addEventListener("abort", () => clearInterval(ticking));
document.addEventListener("visibilitychange", () => happen("visibility", { hidden: document.hidden }));
document.addEventListener("freeze", () => happen("visibility", { hidden: true, frozen: true }));
document.addEventListener("resume", () => happen("visibility", { hidden: document.hidden }));
window.addEventListener("pagehide", () => {
  if (!page.signal.aborted) arrival.leave();
  road.stop(); // the light goes out with the page, even where the browser keeps it for the way back
  keepAwake(false);
  page.abort();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  arrival.forget(); // somebody came back to this page: it asks who
  location.reload();
});
openReceipts({ root });
openCopies({ root });
happen("visibility", { hidden: document.hidden });
