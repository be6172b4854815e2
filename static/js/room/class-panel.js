// "In class": the camera's badge and timer, what the teacher sees, and the way out.

import { elapsed, timeOfDay } from "../lib/format.js";
import { monotonic } from "../lib/monotonic.js";
import { write } from "../lib/parts.js";
import { CAMERA_PROBLEMS, ELSEWHERE, teacherSees, usesCamera } from "./seat.js";

const HELPED = [...CAMERA_PROBLEMS, "stalled", "muted"]; // what somebody can do something about

function cameraWord(seat) {
  if (!usesCamera(seat)) return "camera.unused";
  if (!seat.consent) return "camera.off";
  if (seat.paused) return "camera.paused";
  if (CAMERA_PROBLEMS.includes(seat.camera)) return "camera.problem";
  return seat.camera === "on" && !isSending(seat) ? "camera.idle" : `camera.${seat.camera}`;
}

const SENT_ALL_THE_SAME = [undefined, "server_busy", "unread"]; // whatever became of the pictures

function isSending({ camera, connection, gap }) {
  return camera === "on" && connection === "open" && SENT_ALL_THE_SAME.includes(gap?.reason);
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
    onSince = isOn ? onSince ?? monotonic() : null;
    parts.light.dataset.on = isOn ? (isSending(seat) ? "sending" : "idle") : "";
    parts.classMirror.hidden = !isOn;
    write(parts.cameraState, words(cameraWord(seat)));
    write(parts.cameraDetail, isSending(seat) ? words("camera.pace", { count: Math.round(60_000 / intervalMs) }) : words("camera.none_sent"));
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
    parts.gapHelp.hidden = !HELPED.includes(seat.gap?.reason);
    parts.gapLink.hidden = !ELSEWHERE.includes(seat.gap?.reason);
    if (!seat.gap) return write(parts.gap, "");
    const { since, reason } = seat.gap;
    write(parts.gap, words("gap", { time: timeOfDay(since), reason: words(`gap.${reason}`) }));
    write(parts.gapHelp, words(`problem.${reason}.help`));
  }

  function drawTimer() {
    write(parts.cameraTimer, onSince === null ? "" : elapsed(monotonic() - onSince));
  }

  return {
    drawTimer,
    drawTrouble(face) {
      parts.trouble.hidden = !face;
      write(parts.trouble, face ? words(`trouble.${face}`) : "");
    },
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
