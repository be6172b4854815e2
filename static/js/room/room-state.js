/** The state of one student's page: pure functions from an event to the next state. */

import { ENDINGS } from "./protocol.js";

/**
 * The camera state of docs/protocol.md that is reported for each camera problem.
 *
 * @type {Record<CameraProblem, string>}
 */
const PROBLEM_STATES = {
  refused: "camera_refused",
  // The browser's question was closed, or answered for once.
  dismissed: "camera_refused",
  // The operating system blocks the camera, whatever the browser allows.
  blocked: "camera_blocked",
  busy: "camera_busy",
  none: "camera_missing",
  unplugged: "camera_missing",
  // The page was loaded over plain http.
  insecure: "camera_unusable",
  // The page is in a window of another app.
  in_app: "camera_unusable",
  unsupported: "camera_unusable",
  encoder: "camera_unusable",
  // The browser changes what a page reads from a canvas.
  canvas: "camera_unusable",
};

/**
 * Problems that another browser on the same device does not have.
 *
 * @type {(string | undefined)[]}
 */
export const BROWSER_PROBLEMS = ["in_app", "unsupported"];

/**
 * Problems that plugging in a camera ends.
 *
 * @type {string[]}
 */
const PLUG_PROBLEMS = ["none", "unplugged"];

/**
 * Whether this camera state, or this reason of a gap, is a problem with the camera.
 *
 * @param {string | undefined} state
 * @returns {state is CameraProblem}
 */
export const isCameraProblem = (state) => state !== undefined && state in PROBLEM_STATES;

/**
 * `wasReady` and `wasPaused` are the student's, not this page's: loading the page again measures nobody.
 *
 * @param {{mode: Mode, consent: Consent | null, wasReady?: boolean, wasPaused?: boolean}} known
 * @returns {RoomState}
 */
export function initialState({ mode, consent, wasReady = false, wasPaused = false }) {
  return {
    mode,
    consent,
    stage: consent && !wasReady ? "checking" : "class",
    ending: null,
    paused: wasPaused,
    teacherPaused: false,
    camera: "off",
    moving: true,
    muted: false,
    hidden: false,
    frozen: false,
    connection: "connecting",
    isServerSilent: false,
    isUnread: false,
    serverBusy: false,
    gap: null,
  };
}

/** @type {{[Type in RoomEvent["type"]]: (room: RoomState, event: Extract<RoomEvent, {type: Type}>) => RoomState}} */
const reducers = {
  socket(room, { state, code = 0 }) {
    if (state === "closed") return end(room, ENDINGS[code] ?? "ended");
    // An open socket is not yet an open connection: only the welcome says what the server knows of the student.
    return state === "lost" ? { ...room, connection: "lost" } : room;
  },
  welcome: (room, { mode, consent, paused = false }) =>
    withConsent({ ...room, mode, teacherPaused: paused, connection: "open", isServerSilent: false }, consent),
  cameras: (room, { paused }) => ({ ...room, teacherPaused: paused }),
  consent: (room, { consent }) => withConsent(room, consent),
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
  plugged: (room) => (PLUG_PROBLEMS.includes(room.camera) ? { ...room, camera: "off" } : room),
  admitted: (room) => ({ ...room, serverBusy: false }),
  refused: (room, { code }) => ({ ...room, serverBusy: code === "busy" }),
  finished: (room, { ending }) => end(room, ending),
};

/**
 * @param {RoomState} room
 * @param {RoomEvent} event
 * @param {number} now server time, in ms since 1970
 * @returns {RoomState}
 */
export function nextState(room, event, now) {
  if (room.stage === "ended") return event.type === "finished" ? end(room, event.ending) : room;
  const reduce = /** @type {(room: RoomState, event: RoomEvent) => RoomState} */ (reducers[event.type]);
  return withGap(withCameraOff(reduce(room, event)), now);
}

/**
 * @param {RoomState} room
 * @returns {RoomState}
 */
function withCameraOff(room) {
  return wantsCamera(room) ? room : { ...room, camera: "off", moving: true, muted: false };
}

/**
 * @param {RoomState} room
 * @param {Consent | null} consent
 * @returns {RoomState}
 */
function withConsent(room, consent) {
  if (!consent) return { ...room, consent: null, stage: "class", paused: false };
  return { ...room, consent, stage: room.consent ? room.stage : "checking" };
}

/**
 * @param {RoomState} room
 * @param {Ending} ending
 * @returns {RoomState}
 */
function end(room, ending) {
  return { ...room, stage: "ended", ending };
}

/**
 * @param {RoomState} room
 * @param {number} now
 * @returns {RoomState}
 */
function withGap(room, now) {
  const reason = gapReason(room);
  if (reason === (room.gap?.reason ?? null)) return room;
  return { ...room, gap: reason && { reason, since: now } };
}

/**
 * Why the student is not measured now. Null also where measuring has not begun, or never will.
 *
 * @param {RoomState} room
 * @returns {GapReason | null}
 */
function gapReason(room) {
  if (!room.consent || room.stage !== "class") return null;
  if (room.paused) return "paused";
  if (room.teacherPaused) return "teacher_paused";
  if (isCameraProblem(room.camera)) return room.camera;
  if (room.connection === "lost") return "offline";
  if (isSuspended(room)) return "hidden";
  if (isStalled(room)) return room.muted ? "muted" : "stalled";
  if (room.serverBusy) return "server_busy";
  return room.isUnread ? "unread" : null;
}

/**
 * Whether the camera is open and gives no pictures.
 *
 * @param {RoomState} room
 */
export function isStalled({ camera, moving, muted }) {
  return camera === "on" && (!moving || muted);
}

/**
 * Whether the browser has stopped this page's camera because the page is hidden.
 *
 * @param {RoomState} room
 */
function isSuspended(room) {
  return room.frozen || (room.hidden && isStalled(room));
}

/** @param {RoomState} room */
export function usesCamera(room) {
  return room.mode !== "participation";
}

/**
 * Whether the camera should be on. While the server is silent it is off, because the class may be over.
 *
 * @param {RoomState} room
 */
export function wantsCamera(room) {
  const isPaused = room.paused || room.teacherPaused;
  return usesCamera(room) && room.consent !== null && !isPaused && !room.isServerSilent && room.stage !== "ended";
}

/**
 * The camera state to report (docs/protocol.md), or null where there is no camera to speak of.
 *
 * @param {RoomState} room
 */
export function presence(room) {
  if (!room.consent || room.stage === "ended") return null;
  if (room.paused) return "paused";
  if (isCameraProblem(room.camera)) return PROBLEM_STATES[room.camera];
  if (room.camera !== "on" || room.stage === "checking") return "checking";
  if (isSuspended(room)) return "hidden";
  return isStalled(room) ? "camera_busy" : "measuring";
}

/**
 * What the teacher can see of this student: the key of a `sees.*` message.
 *
 * @param {RoomState} room
 */
export function teacherSees(room) {
  if (!usesCamera(room)) return "participation";
  if (!room.consent) return "no_camera";
  return room.mode === "mirror" ? "mirror" : room.consent;
}
