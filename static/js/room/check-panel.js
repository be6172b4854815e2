/** "Check your camera": mirror, face, light, and a way on when there is no camera. */

import { percent } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { BROWSER_PROBLEMS, isCameraProblem, isStalled } from "./room-state.js";

/**
 * What the face says about the light: a bright window behind nobody says nothing about it.
 *
 * @type {Partial<Record<FaceState, string>>}
 */
const LIGHT = { too_dark: "dark", too_bright: "bright", none: "unknown" };

/**
 * How a finding about the light is marked.
 *
 * @type {Record<string, string>}
 */
const LIGHT_MARKS = { fine: "fine", unknown: "", dark: "bad", bright: "bad" };

/**
 * @param {object} options
 * @param {CameraParts} options.parts
 * @param {Messages} options.messages
 * @param {() => void} options.onReady
 * @param {() => void} options.onRetry
 * @param {() => void} options.onWithout continue without a camera
 */
export function openCheckPanel({ parts, messages, onReady, onRetry, onWithout }) {
  parts.ready.addEventListener("click", onReady);
  parts.checkRetry.addEventListener("click", onRetry);
  parts.checkWithout.addEventListener("click", onWithout);
  parts.checkChangedMind.addEventListener("click", onWithout);

  /**
   * @param {HTMLElement} part
   * @param {string} mark "fine", "bad", or "" while nothing is known
   * @param {string} text
   */
  function showFinding(part, mark, text) {
    part.dataset.is = mark;
    write(/** @type {HTMLElement} */ (part.querySelector("dd")), text);
  }

  /** @param {string} key */
  function showBothUnknown(key) {
    showFinding(parts.faceFinding, "", messages(key));
    showFinding(parts.lightFinding, "", messages(key));
  }

  /** @param {RoomState} room */
  function drawProblem({ camera }) {
    const isProblem = isCameraProblem(camera);
    parts.checkProblem.hidden = !isProblem;
    parts.checkBody.hidden = isProblem;
    parts.checkActions.hidden = isProblem;
    parts.ready.disabled = camera !== "on";
    parts.checkLink.hidden = !BROWSER_PROBLEMS.includes(camera);
    if (!isProblem) return;
    write(parts.checkProblemTitle, messages(`problem.${camera}.title`));
    write(parts.checkProblemHelp, messages(`problem.${camera}.help`));
  }

  /** @param {RoomState} room */
  function drawCamera(room) {
    if (room.teacherPaused) showFinding(parts.cameraFinding, "", messages("camera.teacher_paused"));
    else if (isStalled(room)) showFinding(parts.cameraFinding, "bad", messages("check.camera.stalled"));
    else if (room.camera === "on") showFinding(parts.cameraFinding, "fine", messages("check.camera.on"));
    else showFinding(parts.cameraFinding, "", messages("check.camera.opening"));
  }

  showBothUnknown("check.waiting");
  return {
    /** @param {RoomState} room */
    draw(room) {
      drawProblem(room);
      drawCamera(room);
      if (room.teacherPaused) showBothUnknown("check.paused");
      else if (room.isUnread || room.serverBusy || room.connection === "lost") showBothUnknown("check.unanswered");
      else if (room.camera !== "on" || isStalled(room)) showBothUnknown("check.waiting");
    },
    /** @param {CameraCheck} check */
    drawCheck({ face, brightness }) {
      const light = LIGHT[face] ?? "fine";
      showFinding(parts.faceFinding, face === "seen" ? "fine" : "bad", messages(`check.face.${face}`));
      const text = messages(`check.light.${light}`, { percent: percent(brightness) });
      showFinding(parts.lightFinding, LIGHT_MARKS[light], text);
    },
  };
}
