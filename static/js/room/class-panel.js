// "In class": the camera's badge and timer, what the teacher sees, and the way out.

import { elapsed, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { CAMERA_PROBLEMS, teacherSees, usesCamera } from "./seat.js";

function cameraWord(seat) {
  if (!usesCamera(seat)) return "camera.unused";
  if (!seat.consent) return "camera.off";
  if (seat.paused) return "camera.paused";
  return CAMERA_PROBLEMS.includes(seat.camera) ? "camera.problem" : `camera.${seat.camera}`;
}

export function openClassPanel({ parts, words, actions }) {
  for (const name of ["retry", "cameraOn", "cameraOff", "show", "hide", "leave", "erase"]) {
    parts[name].addEventListener("click", actions[name]);
  }
  let paused = false;
  let onSince = null;
  parts.pause.addEventListener("click", () => (paused ? actions.resume() : actions.pause()));

  function drawCamera(seat, intervalMs) {
    const isOn = seat.camera === "on";
    onSince = isOn ? onSince ?? Date.now() : null;
    parts.light.toggleAttribute("data-on", isOn);
    parts.classMirror.hidden = !isOn;
    write(parts.cameraState, words(cameraWord(seat)));
    const isSent = isOn && !seat.gap;
    write(parts.cameraDetail, isSent ? words("camera.pace", { count: Math.round(60_000 / intervalMs) }) : words("camera.none_sent"));
    drawTimer();
  }

  function drawButtons(seat) {
    const hasCamera = usesCamera(seat) && Boolean(seat.consent);
    paused = seat.paused;
    write(parts.pause, words(paused ? "camera.resume" : "camera.pause"));
    parts.pause.hidden = !hasCamera || CAMERA_PROBLEMS.includes(seat.camera);
    parts.retry.hidden = !hasCamera || !CAMERA_PROBLEMS.includes(seat.camera);
    parts.tabHelp.hidden = seat.camera !== "on";
    parts.cameraOff.hidden = !hasCamera;
    parts.cameraOn.hidden = hasCamera || !usesCamera(seat);
    parts.show.hidden = teacherSees(seat) !== "class_only";
    parts.hide.hidden = teacherSees(seat) !== "own_line";
  }

  function drawGap(seat) {
    parts.gap.hidden = !seat.gap;
    if (!seat.gap) return write(parts.gap, "");
    const { since, reason } = seat.gap;
    write(parts.gap, words("gap", { time: timeOfDay(since), reason: words(`gap.${reason}`) }));
  }

  function drawTimer() {
    write(parts.cameraTimer, onSince === null ? "" : elapsed(Date.now() - onSince));
  }

  return {
    drawTimer,
    draw(seat, intervalMs) {
      drawCamera(seat, intervalMs);
      drawButtons(seat);
      drawGap(seat);
      const seen = words(`sees.${teacherSees(seat)}`);
      write(parts.ownSeenBy, words(teacherSees(seat) === "own_line" ? "own.teacher_too" : "own.only_you"));
      write(parts.teacherSees, seat.gap && seat.mode === "analytics" ? `${seen} ${words("sees.gap")}` : seen);
    },
  };
}
