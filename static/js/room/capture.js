/** Captures frames from the camera. Camera, sampler and mirror start and stop together. */

import { CameraError, cameraIds, openCamera, whyEnded, whyNoAnswer } from "./camera.js";
import { openFrameSource } from "./frame-source.js";
import { openEncoder } from "./jpeg.js";
import { startSampler } from "./sampler.js";

// Twice what is sent, because a person looks at the mirror.
const CAMERA_SIZE = { width: 640, height: 480 };
// Longer than any camera takes to open. A person may think about the browser's question for as long as they like.
const OPENING_MS = 20_000;
// A camera that ends sooner than this after it was opened again is not opened a third time.
const STEADY_MS = 10_000;

/**
 * start() and stop() may be called at any time.
 *
 * @param {object} options
 * @param {After} options.after
 * @param {string} options.jpegWorkerUrl
 * @param {FrameSender} options.sender
 * @param {() => number} options.purpose is asked for each frame
 * @param {(camera: CameraState, stream?: MediaStream) => void} options.onCamera
 * @param {(moving: boolean) => void} options.onMoving
 * @param {(muted: boolean) => void} options.onMuted
 * @param {() => void} options.onPlugged a camera was plugged in while one was missing
 * @param {AbortSignal} options.signal
 */
export function openCapture({
  after,
  jpegWorkerUrl,
  sender,
  purpose,
  onCamera,
  onMoving,
  onMuted,
  onPlugged,
  signal,
}) {
  /**
   * The controller of the camera that is open, or being opened.
   *
   * @type {AbortController | null}
   */
  let filming = null;
  /** @type {ReturnType<typeof startSampler> | null} */
  let sampler = null;
  // Until the server's first message.
  let intervalMs = 1000;
  /**
   * The camera that was lost, and the ids of those that remained.
   *
   * @type {{deviceId: string | null | undefined, ids: string[]} | null}
   */
  let lost = null;
  /**
   * The one camera to open next, when the page itself opens it again.
   *
   * @type {string | null}
   */
  let nextDeviceId = null;
  // False for a while after the camera was opened again.
  let isSteady = true;

  navigator.mediaDevices?.addEventListener?.("devicechange", lookForCameras, { signal });

  async function start() {
    if (filming) return;
    const deviceId = nextDeviceId;
    nextDeviceId = null;
    const current = (filming = new AbortController());
    onCamera("opening");
    limitOpening(current);
    try {
      const stream = await openCamera({ ...CAMERA_SIZE, deviceId, signal: current.signal });
      if (!current.signal.aborted) film(stream, current.signal);
    } catch (error) {
      const reason = error instanceof CameraError ? error.reason : "busy";
      if (!current.signal.aborted) await failWithCamera(reason, deviceId);
      if (!(error instanceof CameraError)) throw error;
    }
  }

  /**
   * Ends an attempt to open the camera that gets no answer although no question is open.
   *
   * @param {AbortController} current
   */
  function limitOpening(current) {
    after(OPENING_MS, async () => {
      const isWaiting = () => filming === current && !sampler;
      const reason = isWaiting() ? await whyNoAnswer() : null;
      if (reason && isWaiting()) fail(reason);
    });
  }

  /**
   * @param {MediaStream} stream
   * @param {AbortSignal} stopped
   */
  function film(stream, stopped) {
    const [track] = stream.getVideoTracks();
    lost = null;
    track.addEventListener("ended", () => ended(track, stopped), { signal: stopped });
    track.addEventListener("mute", () => onMuted(true), { signal: stopped });
    track.addEventListener("unmute", () => onMuted(false), { signal: stopped });
    sampler = startSampler({
      after,
      take: openFrameSource({ stream, after, signal: stopped }),
      encode: openEncoder({ workerUrl: jpegWorkerUrl, after, signal: stopped }),
      sender,
      purpose,
      intervalMs,
      onMoving,
      onUnable: (reason) => stopped.aborted || fail(reason),
      signal: stopped,
    });
    onCamera("on", stream);
    if (track.muted) onMuted(true);
  }

  /**
   * @param {MediaStreamTrack} track
   * @param {AbortSignal} stopped
   */
  async function ended(track, stopped) {
    const { deviceId } = track.getSettings();
    const reason = await whyEnded(deviceId);
    if (stopped.aborted) return;
    if (reason) return failWithCamera(reason, deviceId);
    if (!isSteady || !deviceId) return fail("busy");
    isSteady = false;
    after(STEADY_MS, () => (isSteady = true));
    stop();
    nextDeviceId = deviceId;
    // If this attempt fails, its error is the reason that the student sees.
    await start();
  }

  /**
   * `deviceId` is of a camera that was open before: if it is not found, it was unplugged.
   *
   * @param {CameraProblem} reason
   * @param {string | null | undefined} deviceId
   */
  async function failWithCamera(reason, deviceId) {
    const isGone = reason === "none" || reason === "unplugged";
    const gone = isGone ? (deviceId ?? lost?.deviceId) : null;
    fail(gone ? "unplugged" : reason);
    const ids = isGone ? await cameraIds() : null;
    if (!filming) lost = ids && { deviceId: gone, ids };
  }

  /** Opens only a camera that is new or came back. Nobody chose one that was there beside the unplugged one. */
  async function lookForCameras() {
    if (!lost || filming) return;
    const ids = await cameraIds();
    if (!lost || filming) return;
    const { deviceId, ids: before } = lost;
    const isBack = deviceId ? ids.includes(deviceId) : false;
    const isNew = deviceId ? ids.some((id) => !before.includes(id)) : ids.length > 0;
    lost.ids = ids;
    if (isBack) nextDeviceId = deviceId ?? null;
    if (isBack || isNew) onPlugged();
  }

  /** @param {CameraProblem} reason */
  function fail(reason) {
    stop();
    onCamera(reason);
  }

  function stop() {
    filming?.abort();
    filming = sampler = null;
  }

  return {
    start,
    stop,
    /** @param {number} milliseconds */
    setInterval(milliseconds) {
      intervalMs = milliseconds;
      sampler?.setInterval(milliseconds);
    },
  };
}
