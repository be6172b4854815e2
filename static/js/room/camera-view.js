/** All that a student sees of the own camera: the check, the camera's card, the own signal. */

import { openAnnouncer } from "./announcer.js";
import { openCameraPanel } from "./camera-panel.js";
import { openCheckPanel } from "./check-panel.js";
import { openAttentionMap } from "./attention-map.js";
import { openOwnReading } from "./own-reading.js";
import { openPictureProblem } from "./picture-problem.js";
import { PURPOSE } from "./protocol.js";
import { usesCamera } from "./room-state.js";

/** @typedef {ReturnType<typeof openCameraView>} CameraView */

/**
 * The view of a session without cameras, whose page has none of these parts.
 *
 * @type {CameraView}
 */
export const NO_CAMERA_VIEW = {
  draw() {},
  showMirror() {},
  check() {},
  reading() {},
  noted() {},
  refused() {},
  lost() {},
  purpose: () => PURPOSE.class,
};

/**
 * @param {object} options
 * @param {CameraParts} options.parts
 * @param {Messages} options.messages
 * @param {string} options.engagementUrl
 * @param {After} options.after
 * @param {AbortSignal} options.signal
 * @param {Record<import("./camera-panel.js").CameraAction | "ready" | "withoutCamera", () => void>} options.actions
 * @param {(sequence: number) => boolean} options.onWrong reports a wrong reading; returns whether it could be sent
 */
export function openCameraView({ parts, messages, engagementUrl, after, signal, actions, onWrong }) {
  const announce = openAnnouncer({ part: parts.announcer, after });
  const pictureProblem = openPictureProblem();
  const attentionMap = openAttentionMap(parts);
  const ownReading = openOwnReading({ parts, messages, engagementUrl, onWrong });
  const cameraPanel = openCameraPanel({ parts, messages, actions, signal });
  const checkPanel = openCheckPanel({
    parts,
    messages,
    onReady: actions.ready,
    onRetry: actions.retry,
    onWithout: actions.withoutCamera,
  });

  function clearPicture() {
    attentionMap.clear();
    pictureProblem.clear();
    cameraPanel.drawPictureProblem(null);
  }

  return {
    /**
     * @param {RoomState} room
     * @param {number} intervalMs between two pictures
     */
    draw(room, intervalMs) {
      parts.own.hidden = !usesCamera(room) || !room.consent;
      if (!room.consent) ownReading.clear();
      if (room.camera !== "on") clearPicture();
      checkPanel.draw(room);
      cameraPanel.draw(room, intervalMs);
    },
    /** @param {MediaStream | null} stream */
    showMirror(stream) {
      for (const mirror of [parts.checkMirror, parts.classMirror]) mirror.srcObject = stream;
    },
    check: checkPanel.drawCheck,
    /** @param {Reading} reading */
    reading(reading) {
      if (!ownReading.take(reading)) return;
      attentionMap.take(reading);
      announce(ownReading.faceText(reading));
      cameraPanel.drawPictureProblem(pictureProblem.note(reading.face));
    },
    noted: ownReading.noted,
    refused: ownReading.refused,
    lost: ownReading.lost,
    purpose: attentionMap.purpose,
  };
}
