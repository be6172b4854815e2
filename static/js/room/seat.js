// One student's seat as this tab knows it: pure functions from what happened to what follows.

import { ENDINGS } from "./protocol.js";

// Why there is no camera, and what the server is told of it. Each has its words in room/_words.html.
const PROBLEM_STATES = {
  refused: "camera_refused",
  dismissed: "camera_refused", // the browser's question was closed, or answered for once
  blocked: "camera_blocked", // by the system, whatever the browser allows
  busy: "camera_busy",
  none: "camera_missing",
  unplugged: "camera_missing",
  insecure: "camera_unusable", // over plain http
  in_app: "camera_unusable", // in a window of another app
  unsupported: "camera_unusable",
  encoder: "camera_unusable",
  canvas: "camera_unusable", // the browser hands out something else than the picture
};
export const CAMERA_PROBLEMS = Object.keys(PROBLEM_STATES);
export const ELSEWHERE = ["in_app", "unsupported"]; // another browser on the same device has a camera
const COMES_BACK = ["none", "unplugged"]; // by plugging it in

/** `wasReady` and `wasPaused` are of the seat, not of this page: nobody is measured by loading it again. */
export function takeSeat({ mode, consent, wasReady = false, wasPaused = false }) {
  return {
    mode,
    consent,
    stage: consent && !wasReady ? "checking" : "class",
    ending: null,
    paused: wasPaused,
    camera: "off", // off, opening, on, or one of CAMERA_PROBLEMS
    moving: true, // the camera gives new pictures
    muted: false, // the system says that it gives none
    hidden: false,
    frozen: false, // the browser is about to stop this page altogether
    connection: "connecting", // then open with each welcome, and lost in between
    isUnheard: false, // nobody has answered for so long that nobody may be there
    isUnread: false, // pictures are sent, and none of them is read
    serverBusy: false,
    gap: null, // {reason, since}: why nothing is measured now
  };
}

const changes = {
  socket: (seat, { state, code }) => (state === "closed" ? end(seat, ENDINGS[code] ?? "ended") : connect(seat, state)),
  welcome: (seat, { mode, consent }) => decide({ ...seat, mode, connection: "open", isUnheard: false }, consent),
  consent: (seat, { consent }) => decide(seat, consent),
  camera: (seat, { camera }) => ({ ...seat, camera, moving: true, muted: false }),
  muted: (seat, { muted }) => ({ ...seat, muted }),
  moving: (seat, { moving }) => ({ ...seat, moving }),
  visibility: (seat, { hidden, frozen = false }) => ({ ...seat, hidden, frozen }),
  ready: (seat) => ({ ...seat, stage: "class" }),
  pause: (seat) => (seat.consent ? { ...seat, paused: true } : seat),
  resume: (seat) => ({ ...seat, paused: false }),
  retry: (seat) => ({ ...seat, camera: "off" }),
  silence: (seat) => ({ ...seat, isUnheard: true }),
  unread: (seat, { isUnread }) => ({ ...seat, isUnread }),
  plugged: (seat) => (COMES_BACK.includes(seat.camera) ? { ...seat, camera: "off" } : seat),
  admitted: (seat) => ({ ...seat, serverBusy: false }),
  refused: (seat, { code }) => ({ ...seat, serverBusy: code === "busy" }),
  finished: (seat, { ending }) => end(seat, ending),
};

export function next(seat, happening, now) {
  if (seat.stage === "ended") return happening.type === "finished" ? end(seat, happening.ending) : seat;
  return withGap(withLightOut(changes[happening.type](seat, happening)), now);
}

function withLightOut(seat) {
  return wantsCamera(seat) ? seat : { ...seat, camera: "off", moving: true, muted: false };
}

/** Open is not enough: only the welcome says what the server knows of us. */
function connect(seat, state) {
  return state === "lost" ? { ...seat, connection: "lost" } : seat;
}

function decide(seat, consent) {
  if (!consent) return { ...seat, consent: null, stage: "class", paused: false };
  return { ...seat, consent, stage: seat.consent ? seat.stage : "checking" };
}

function end(seat, ending) {
  return { ...seat, stage: "ended", ending };
}

function withGap(seat, now) {
  const reason = gapReason(seat);
  if (reason === (seat.gap?.reason ?? null)) return seat;
  return { ...seat, gap: reason && { reason, since: now } };
}

/** Why nobody is measured here now, or null: measured, not yet begun, or never to be. */
function gapReason(seat) {
  if (!seat.consent || seat.stage !== "class") return null;
  if (seat.paused) return "paused";
  if (CAMERA_PROBLEMS.includes(seat.camera)) return seat.camera;
  if (seat.connection === "lost") return "offline";
  if (isStopped(seat)) return "hidden";
  if (isStalled(seat)) return seat.muted ? "muted" : "stalled";
  if (seat.serverBusy) return "server_busy";
  return seat.isUnread ? "unread" : null;
}

/** The camera is open and gives no pictures. */
export function isStalled({ camera, moving, muted }) {
  return camera === "on" && (!moving || muted);
}

function isStopped(seat) {
  return seat.frozen || (seat.hidden && isStalled(seat));
}

export function usesCamera(seat) {
  return seat.mode !== "participation";
}

/** Whether the camera's light belongs on. Where nobody answers, the class may be over long ago. */
export function wantsCamera(seat) {
  return usesCamera(seat) && Boolean(seat.consent) && !seat.paused && !seat.isUnheard && seat.stage !== "ended";
}

/** The word of docs/protocol.md for this seat, or null where there is no camera to speak of. */
export function presence(seat) {
  if (!seat.consent || seat.stage === "ended") return null;
  if (seat.paused) return "paused";
  if (seat.camera in PROBLEM_STATES) return PROBLEM_STATES[seat.camera];
  if (seat.camera !== "on" || seat.stage === "checking") return "checking";
  if (isStopped(seat)) return "hidden";
  return isStalled(seat) ? "camera_busy" : "measuring";
}

/** Which sentence says what the teacher can see. */
export function teacherSees(seat) {
  if (!usesCamera(seat)) return "participation";
  if (!seat.consent) return "no_camera";
  return seat.mode === "mirror" ? "mirror" : seat.consent;
}
