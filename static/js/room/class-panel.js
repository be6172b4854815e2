// "In class": the camera's badge and timer, what the teacher sees, and the way out.

import { elapsed, timeOfDay } from "../lib/format.js";
import { monotonic } from "../lib/monotonic.js";
import { write } from "../lib/parts.js";
import { CAMERA_PROBLEMS, ELSEWHERE, teacherSees, usesCamera } from "./room-state.js";

const HELPED = [...CAMERA_PROBLEMS, "stalled", "muted"]; // what somebody can do something about

function cameraMessage(room) {
  if (!usesCamera(room)) return "camera.unused";
  if (!room.consent) return "camera.off";
  if (room.paused) return "camera.paused";
  if (CAMERA_PROBLEMS.includes(room.camera)) return "camera.problem";
  return room.camera === "on" && !isSending(room) ? "camera.idle" : `camera.${room.camera}`;
}

const SENT_ALL_THE_SAME = [undefined, "server_busy", "unread"]; // whatever became of the pictures

function isSending({ camera, connection, gap }) {
  return camera === "on" && connection === "open" && SENT_ALL_THE_SAME.includes(gap?.reason);
}

export function openClassPanel({ parts, messages, actions }) {
  for (const name of ["retry", "cameraOn", "cameraOff", "show", "hide", "leave", "erase"]) {
    parts[name].addEventListener("click", actions[name]);
  }
  let paused = false;
  let onSince = null;
  parts.pause.addEventListener("click", () => (paused ? actions.resume() : actions.pause()));

  function drawCamera(room, intervalMs) {
    const isOn = room.camera === "on";
    onSince = isOn ? onSince ?? monotonic() : null;
    parts.light.dataset.on = isOn ? (isSending(room) ? "sending" : "idle") : "";
    parts.classMirror.hidden = !isOn;
    write(parts.cameraState, messages(cameraMessage(room)));
    write(parts.cameraDetail, isSending(room) ? messages("camera.pace", { count: Math.round(60_000 / intervalMs) }) : messages("camera.none_sent"));
    drawTimer();
  }

  function drawButtons(room) {
    const hasCamera = usesCamera(room) && Boolean(room.consent);
    paused = room.paused;
    write(parts.pause, messages(paused ? "camera.resume" : "camera.pause"));
    parts.pause.hidden = !hasCamera || CAMERA_PROBLEMS.includes(room.camera);
    parts.retry.hidden = !hasCamera || !CAMERA_PROBLEMS.includes(room.camera);
    parts.tabHelp.hidden = room.camera !== "on";
    parts.cameraOff.hidden = !hasCamera;
    parts.cameraOn.hidden = hasCamera || !usesCamera(room);
    parts.show.hidden = teacherSees(room) !== "class_only";
    parts.hide.hidden = teacherSees(room) !== "own_line";
  }

  function drawGap(room) {
    parts.gap.hidden = !room.gap;
    parts.gapHelp.hidden = !HELPED.includes(room.gap?.reason);
    parts.gapLink.hidden = !ELSEWHERE.includes(room.gap?.reason);
    if (!room.gap) return write(parts.gap, "");
    const { since, reason } = room.gap;
    write(parts.gap, messages("gap", { time: timeOfDay(since), reason: messages(`gap.${reason}`) }));
    write(parts.gapHelp, messages(`problem.${reason}.help`));
  }

  function drawTimer() {
    write(parts.cameraTimer, onSince === null ? "" : elapsed(monotonic() - onSince));
  }

  return {
    drawTimer,
    drawTrouble(face) {
      parts.trouble.hidden = !face;
      write(parts.trouble, face ? messages(`trouble.${face}`) : "");
    },
    draw(room, intervalMs) {
      drawCamera(room, intervalMs);
      drawButtons(room);
      drawGap(room);
      const seen = messages(`sees.${teacherSees(room)}`);
      write(parts.ownSeenBy, messages(teacherSees(room) === "own_line" ? "own.teacher_too" : "own.only_you"));
      write(parts.teacherSees, room.gap && room.mode === "analytics" ? `${seen} ${messages("sees.gap")}` : seen);
    },
  };
}
