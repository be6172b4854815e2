// The road of a frame on this side: camera, sampler and mirror start and stop as one.

import { CameraError, openCamera, reasonOfEnd } from "./camera.js";
import { openEncoder } from "./jpeg.js";
import { openPictures } from "./pictures.js";
import { startSampler } from "./sampler.js";

// Twice what is sent: the mirror is looked at by a person.
const CAMERA_SIZE = { width: 640, height: 480 };

/** onCamera("opening" | "on" | reason, stream), onMoving(boolean); start() and stop() may be called at any time. */
export function createRoad({ after, jpegWorkerUrl, sink, purpose, onCamera, onMoving }) {
  let filming = null; // the AbortController of the camera that is open or being opened
  let sampler = null;
  let intervalMs = 1000; // until the server says otherwise

  async function start() {
    if (filming) return;
    const current = (filming = new AbortController());
    onCamera("opening");
    try {
      const stream = await openCamera({ ...CAMERA_SIZE, signal: current.signal });
      if (!current.signal.aborted) film(stream, current.signal);
    } catch (error) {
      if (!current.signal.aborted) fail(error.reason ?? "busy");
      if (!(error instanceof CameraError)) throw error;
    }
  }

  function film(stream, signal) {
    stream.getVideoTracks()[0].addEventListener("ended", () => ended(signal), { signal });
    sampler = startSampler({
      after,
      take: openPictures({ stream, signal }),
      encode: openEncoder({ workerUrl: jpegWorkerUrl, after, signal }),
      sink,
      purpose,
      intervalMs,
      onMoving,
      onUnable: () => signal.aborted || fail("encoder"),
      signal,
    });
    onCamera("on", stream);
  }

  async function ended(signal) {
    const reason = await reasonOfEnd();
    if (!signal.aborted) fail(reason);
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
