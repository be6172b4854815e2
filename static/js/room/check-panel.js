// "Check your camera": mirror, face, light, and a way on when there is no camera.

import { percent } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { CAMERA_PROBLEMS, ELSEWHERE, isStalled } from "./seat.js";

// The light is that of the face: a bright window behind nobody says nothing of it.
const LIGHT = { too_dark: "dark", too_bright: "bright", none: "unknown" };
const FOUND_LIGHT = { fine: "fine", unknown: "" };

export function openCheckPanel({ parts, words, onReady, onRetry, onWithout }) {
  parts.ready.addEventListener("click", onReady);
  parts.checkRetry.addEventListener("click", onRetry);
  parts.checkWithout.addEventListener("click", onWithout);
  parts.checkChangedMind.addEventListener("click", onWithout);

  function find(part, is, text) {
    part.dataset.is = is;
    write(part.querySelector("dd"), text);
  }

  function drawBoth(word) {
    find(parts.faceFinding, "", words(word));
    find(parts.lightFinding, "", words(word));
  }

  drawBoth("check.waiting");
  return {
    draw(seat) {
      const problem = CAMERA_PROBLEMS.includes(seat.camera);
      parts.checkProblem.hidden = !problem;
      parts.checkBody.hidden = problem;
      parts.checkActions.hidden = problem;
      parts.ready.disabled = seat.camera !== "on";
      parts.checkLink.hidden = !ELSEWHERE.includes(seat.camera);
      if (problem) {
        write(parts.checkProblemTitle, words(`problem.${seat.camera}.title`));
        write(parts.checkProblemHelp, words(`problem.${seat.camera}.help`));
      }
      if (isStalled(seat)) find(parts.cameraFinding, "bad", words("check.camera.stalled"));
      else if (seat.camera === "on") find(parts.cameraFinding, "fine", words("check.camera.on"));
      else find(parts.cameraFinding, "", words("check.camera.opening"));
      if (seat.isUnread || seat.serverBusy || seat.connection === "lost") drawBoth("check.unanswered");
      else if (seat.camera !== "on" || isStalled(seat)) drawBoth("check.waiting");
    },
    drawCheck({ face, brightness }) {
      const light = LIGHT[face] ?? "fine";
      find(parts.faceFinding, face === "seen" ? "fine" : "bad", words(`check.face.${face}`));
      find(
        parts.lightFinding,
        FOUND_LIGHT[light] ?? "bad",
        words(`check.light.${light}`, { percent: percent(brightness) }),
      );
    },
  };
}
