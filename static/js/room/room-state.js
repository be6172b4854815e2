// One student's seat as this tab knows it: pure functions from what happened to what follows.

import { ENDINGS } from "./protocol.js";

// Why there is no camera, and what the server is told of it. Each has its words in room/_messages.html.
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
export function initialState({ mode, consent, wasReady = false, wasPaused = false }) {
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
    isServerSilent: false, // nobody has answered for so long that nobody may be there
    isUnread: false, // pictures are sent, and none of them is read
    serverBusy: false,
    gap: null, // {reason, since}: why nothing is measured now
  };
}

const changes = {
  socket: (room, { state, code }) => (state === "closed" ? end(room, ENDINGS[code] ?? "ended") : connect(room, state)),
  welcome: (room, { mode, consent }) => decide({ ...room, mode, connection: "open", isServerSilent: false }, consent),
  consent: (room, { consent }) => decide(room, consent),
  camera: (room, { camera }) => ({ ...room, camera, moving: true, muted: false }),
  muted: (room, { muted }) => ({ ...room, muted }),
  moving: (room, { moving }) => ({ ...room, moving }),
  visibility: (room, { hidden, frozen = false }) => ({ ...room, hidden, frozen }),
  ready: (room) => ({ ...room, stage: "class" }),
  pause: (room) => (room.consent ? { ...room, paused: true } : room),
  resume: (room) => ({ ...room, paused: false }),
  retry: (room) => ({ ...room, camera: "off" }),
  silence: (room) => ({ ...room, isServerSilent: true }),
  unread: (room, { isUnread }) => ({ ...room, isUnread }),
  plugged: (room) => (COMES_BACK.includes(room.camera) ? { ...room, camera: "off" } : room),
  admitted: (room) => ({ ...room, serverBusy: false }),
  refused: (room, { code }) => ({ ...room, serverBusy: code === "busy" }),
  finished: (room, { ending }) => end(room, ending),
};

export function nextState(room, event, now) {
  if (room.stage === "ended") return event.type === "finished" ? end(room, event.ending) : room;
  return withGap(withLightOut(changes[event.type](room, event)), now);
}

function withLightOut(room) {
  return wantsCamera(room) ? room : { ...room, camera: "off", moving: true, muted: false };
}

/** Open is not enough: only the welcome says what the server knows of us. */
function connect(room, state) {
  return state === "lost" ? { ...room, connection: "lost" } : room;
}

function decide(room, consent) {
  if (!consent) return { ...room, consent: null, stage: "class", paused: false };
  return { ...room, consent, stage: room.consent ? room.stage : "checking" };
}

function end(room, ending) {
  return { ...room, stage: "ended", ending };
}

function withGap(room, now) {
  const reason = gapReason(room);
  if (reason === (room.gap?.reason ?? null)) return room;
  return { ...room, gap: reason && { reason, since: now } };
}

/** Why nobody is measured here now, or null: measured, not yet begun, or never to be. */
function gapReason(room) {
  if (!room.consent || room.stage !== "class") return null;
  if (room.paused) return "paused";
  if (CAMERA_PROBLEMS.includes(room.camera)) return room.camera;
  if (room.connection === "lost") return "offline";
  if (isStopped(room)) return "hidden";
  if (isStalled(room)) return room.muted ? "muted" : "stalled";
  if (room.serverBusy) return "server_busy";
  return room.isUnread ? "unread" : null;
}

/** The camera is open and gives no pictures. */
export function isStalled({ camera, moving, muted }) {
  return camera === "on" && (!moving || muted);
}

function isStopped(room) {
  return room.frozen || (room.hidden && isStalled(room));
}

export function usesCamera(room) {
  return room.mode !== "participation";
}

/** Whether the camera's light belongs on. Where nobody answers, the class may be over long ago. */
export function wantsCamera(room) {
  return usesCamera(room) && Boolean(room.consent) && !room.paused && !room.isServerSilent && room.stage !== "ended";
}

/** The word of docs/protocol.md for this seat, or null where there is no camera to speak of. */
export function presence(room) {
  if (!room.consent || room.stage === "ended") return null;
  if (room.paused) return "paused";
  if (room.camera in PROBLEM_STATES) return PROBLEM_STATES[room.camera];
  if (room.camera !== "on" || room.stage === "checking") return "checking";
  if (isStopped(room)) return "hidden";
  return isStalled(room) ? "camera_busy" : "measuring";
}

/** Which sentence says what the teacher can see. */
export function teacherSees(room) {
  if (!usesCamera(room)) return "participation";
  if (!room.consent) return "no_camera";
  return room.mode === "mirror" ? "mirror" : room.consent;
}
