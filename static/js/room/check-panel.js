// "Check your camera": mirror, face, light, and a way on when there is no camera.

import { percent } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { CAMERA_PROBLEMS, ELSEWHERE, isStalled } from "./room-state.js";

// The light is that of the face: a bright window behind nobody says nothing of it.
const LIGHT = { too_dark: "dark", too_bright: "bright", none: "unknown" };
const FOUND_LIGHT = { fine: "fine", unknown: "" };

export function openCheckPanel({ parts, messages, onReady, onRetry, onWithout }) {
  parts.ready.addEventListener("click", onReady);
  parts.checkRetry.addEventListener("click", onRetry);
  parts.checkWithout.addEventListener("click", onWithout);
  parts.checkChangedMind.addEventListener("click", onWithout);

  function find(part, is, text) {
    part.dataset.is = is;
    write(part.querySelector("dd"), text);
  }

  function drawBoth(word) {
    find(parts.faceFinding, "", messages(word));
    find(parts.lightFinding, "", messages(word));
  }

  drawBoth("check.waiting");
  return {
    draw(room) {
      const problem = CAMERA_PROBLEMS.includes(room.camera);
      parts.checkProblem.hidden = !problem;
      parts.checkBody.hidden = problem;
      parts.checkActions.hidden = problem;
      parts.ready.disabled = room.camera !== "on";
      parts.checkLink.hidden = !ELSEWHERE.includes(room.camera);
      if (problem) {
        write(parts.checkProblemTitle, messages(`problem.${room.camera}.title`));
        write(parts.checkProblemHelp, messages(`problem.${room.camera}.help`));
      }
      if (isStalled(room)) find(parts.cameraFinding, "bad", messages("check.camera.stalled"));
      else if (room.camera === "on") find(parts.cameraFinding, "fine", messages("check.camera.on"));
      else find(parts.cameraFinding, "", messages("check.camera.opening"));
      if (room.isUnread || room.serverBusy || room.connection === "lost") drawBoth("check.unanswered");
      else if (room.camera !== "on" || isStalled(room)) drawBoth("check.waiting");
    },
    drawCheck({ face, brightness }) {
      const light = LIGHT[face] ?? "fine";
      find(parts.faceFinding, face === "seen" ? "fine" : "bad", messages(`check.face.${face}`));
      find(
        parts.lightFinding,
        FOUND_LIGHT[light] ?? "bad",
        messages(`check.light.${light}`, { percent: percent(brightness) }),
      );
    },
  };
}
