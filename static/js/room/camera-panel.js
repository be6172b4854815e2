/** The student's camera in class: its light and timer, its buttons, why it is not on, and who sees what it shows. */

import { elapsed, timeOfDay } from "../lib/format.js";
import { monotonic } from "../lib/monotonic.js";
import { write } from "../lib/parts.js";
import { BROWSER_PROBLEMS, isCameraProblem, teacherSees, usesCamera } from "./room-state.js";

/**
 * Reasons of a gap in which pictures are sent all the same; undefined is no gap.
 *
 * @type {(GapReason | undefined)[]}
 */
const SENDING_REASONS = [undefined, "server_busy", "unread"];

/** @param {RoomState} room */
const isSending = ({ camera, connection, gap }) =>
  camera === "on" && connection === "open" && SENDING_REASONS.includes(gap?.reason);

/** @param {RoomState} room */
function cameraKey(room) {
  if (!room.consent) return "camera.off";
  if (room.paused) return "camera.paused";
  if (room.teacherPaused) return "camera.teacher_paused";
  if (isCameraProblem(room.camera)) return "camera.problem";
  return room.camera === "on" && !isSending(room) ? "camera.idle" : `camera.${room.camera}`;
}

/**
 * Whether the student can do something about this gap, so that a help text exists.
 *
 * @param {GapReason | undefined} reason
 */
const hasHelp = (reason) => isCameraProblem(reason) || reason === "stalled" || reason === "muted";

/** @typedef {"retry" | "pause" | "resume" | "cameraOn" | "cameraOff" | "show" | "hide"} CameraAction */

/** @param {{parts: CameraParts, messages: Messages, actions: Record<CameraAction, () => void>, signal: AbortSignal}} options */
export function openCameraPanel({ parts, messages, actions, signal }) {
  let paused = false;
  /** @type {number | null} */
  let onSince = null;
  const ticks = setInterval(drawTimer, 1000);
  signal.addEventListener("abort", () => clearInterval(ticks), { once: true });
  parts.pause.addEventListener("click", () => (paused ? actions.resume() : actions.pause()), { signal });
  for (const name of /** @type {const} */ (["retry", "cameraOn", "cameraOff", "show", "hide"])) {
    parts[name].addEventListener("click", actions[name], { signal });
  }

  /**
   * @param {RoomState} room
   * @param {number} intervalMs between two pictures
   */
  function drawCamera(room, intervalMs) {
    parts.cameraCard.hidden = !usesCamera(room);
    const isOn = room.camera === "on";
    const isSent = isSending(room);
    onSince = isOn ? (onSince ?? monotonic()) : null;
    parts.light.dataset.on = isOn ? (isSent ? "sending" : "idle") : "";
    parts.classMirror.hidden = !isOn;
    write(parts.cameraState, messages(cameraKey(room)));
    const picturesAMinute = Math.round(60_000 / intervalMs);
    write(parts.cameraDetail, isSent ? messages("camera.pace", { count: picturesAMinute }) : messages("camera.none_sent"));
    drawTimer();
  }

  /** @param {RoomState} room */
  function drawButtons(room) {
    const hasCamera = usesCamera(room) && room.consent !== null;
    paused = room.paused;
    write(parts.pause, messages(paused ? "camera.resume" : "camera.pause"));
    parts.pause.hidden = !hasCamera || isCameraProblem(room.camera);
    parts.retry.hidden = !hasCamera || !isCameraProblem(room.camera);
    parts.tabHelp.hidden = parts.attentionMapToggle.hidden = room.camera !== "on";
    parts.cameraOff.hidden = !hasCamera;
    parts.cameraOn.hidden = hasCamera || !usesCamera(room);
    parts.show.hidden = teacherSees(room) !== "class_only";
    parts.hide.hidden = teacherSees(room) !== "own_line";
  }

  /** @param {RoomState} room */
  function drawGap({ gap }) {
    parts.gap.hidden = !gap;
    parts.gapHelp.hidden = !hasHelp(gap?.reason);
    parts.gapLink.hidden = !BROWSER_PROBLEMS.includes(gap?.reason);
    if (!gap) return write(parts.gap, "");
    write(parts.gap, messages("gap", { time: timeOfDay(gap.since), reason: messages(`gap.${gap.reason}`) }));
    write(parts.gapHelp, hasHelp(gap.reason) ? messages(`problem.${gap.reason}.help`) : "");
  }

  function drawTimer() {
    write(parts.cameraTimer, onSince === null ? "" : elapsed(monotonic() - onSince));
  }

  return {
    /** @param {FaceState | null} face */
    drawPictureProblem(face) {
      parts.pictureProblem.hidden = !face;
      write(parts.pictureProblem, face ? messages(`picture.${face}`) : "");
    },
    /**
     * @param {RoomState} room
     * @param {number} intervalMs between two pictures
     */
    draw(room, intervalMs) {
      drawCamera(room, intervalMs);
      drawButtons(room);
      drawGap(room);
      write(parts.ownSeenBy, messages(teacherSees(room) === "own_line" ? "own.teacher_too" : "own.only_you"));
    },
  };
}
