// The road of a frame on this side: camera, sampler and mirror start and stop as one.

import { CameraError, cameraIds, openCamera, whyEnded, whyNoAnswer } from "./camera.js";
import { openEncoder } from "./jpeg.js";
import { openFrameSource } from "./frame-source.js";
import { startSampler } from "./sampler.js";

// Twice what is sent: the mirror is looked at by a person.
const CAMERA_SIZE = { width: 640, height: 480 };
const OPENING_MS = 20_000; // longer than any camera takes; a person may think as long as they like
const STEADY_MS = 10_000; // a camera that ends sooner than this after it was opened again is not opened a third time

/**
 * onCamera("opening" | "on" | reason, stream), onMoving(boolean), onMuted(boolean), onPlugged(): a camera came that was
 * not there when one was missed. start() and stop() may be called at any time.
 */
export function openCapture({ after, jpegWorkerUrl, sender, purpose, onCamera, onMoving, onMuted, onPlugged, signal }) {
  let filming = null; // the AbortController of the camera that is open or being opened
  let sampler = null;
  let intervalMs = 1000; // until the server says otherwise
  let lost = null; // {deviceId, ids}: the camera that went, and those that were left
  let only = null; // the one camera that is opened next, where a person did not ask for any
  let isSteady = true;

  navigator.mediaDevices?.addEventListener?.("devicechange", lookAgain, { signal });

  async function start() {
    if (filming) return;
    const deviceId = only;
    only = null;
    const current = (filming = new AbortController());
    onCamera("opening");
    limitOpening(current);
    try {
      const stream = await openCamera({ ...CAMERA_SIZE, deviceId, signal: current.signal });
      if (!current.signal.aborted) film(stream, current.signal);
    } catch (error) {
      if (!current.signal.aborted) await failAs(error.reason ?? "busy", deviceId);
      if (!(error instanceof CameraError)) throw error;
    }
  }

  /** Nobody is asked anything, and still there is no answer. */
  function limitOpening(current) {
    after(OPENING_MS, async () => {
      const isWaiting = () => filming === current && !sampler;
      const reason = isWaiting() && (await whyNoAnswer());
      if (reason && isWaiting()) fail(reason);
    });
  }

  function film(stream, signal) {
    const [track] = stream.getVideoTracks();
    lost = null;
    track.addEventListener("ended", () => ended(track, signal), { signal });
    track.addEventListener("mute", () => onMuted(true), { signal });
    track.addEventListener("unmute", () => onMuted(false), { signal });
    sampler = startSampler({
      after,
      take: openFrameSource({ stream, signal }),
      encode: openEncoder({ workerUrl: jpegWorkerUrl, after, signal }),
      sender,
      purpose,
      intervalMs,
      onMoving,
      onUnable: (reason) => signal.aborted || fail(reason),
      signal,
    });
    onCamera("on", stream);
    if (track.muted) onMuted(true);
  }

  async function ended(track, signal) {
    const { deviceId } = track.getSettings();
    const reason = await whyEnded(deviceId);
    if (signal.aborted) return;
    if (reason) return failAs(reason, deviceId);
    if (!isSteady || !deviceId) return fail("busy");
    isSteady = false;
    after(STEADY_MS, () => (isSteady = true));
    stop();
    only = deviceId;
    await start(); // what the browser says now is why
  }

  /** `deviceId` is of a camera that was open before: that it is not found means that it was unplugged. */
  async function failAs(reason, deviceId) {
    const isGone = reason === "none" || reason === "unplugged";
    const gone = isGone ? (deviceId ?? lost?.deviceId) : null;
    fail(gone ? "unplugged" : reason);
    const ids = isGone ? await cameraIds() : null;
    if (!filming) lost = ids && { deviceId: gone, ids };
  }

  /** Only a camera that came, or came back: one that was there beside the unplugged one was not chosen. */
  async function lookAgain() {
    if (!lost || filming) return;
    const ids = await cameraIds();
    if (!lost || filming) return;
    const isBack = ids.includes(lost.deviceId);
    const isNew = lost.deviceId ? ids.some((id) => !lost.ids.includes(id)) : ids.length > 0;
    lost.ids = ids;
    if (isBack) only = lost.deviceId;
    if (isBack || isNew) onPlugged();
  }

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
    setInterval(milliseconds) {
      intervalMs = milliseconds;
      sampler?.setInterval(milliseconds);
    },
  };
}
