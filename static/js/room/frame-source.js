/** The camera's newest picture, each handed out once, so that an old one never goes out as new. */

import { monotonic } from "../lib/monotonic.js";

// Even a dark room's camera takes five pictures a second.
const STALE_MS = 1000;

/**
 * Returns take(): a picture that the caller closes, or null when the camera gave no new one.
 *
 * @param {{stream: MediaStream, signal: AbortSignal}} options
 * @returns {() => Promise<TakenPicture | null>}
 */
export function openFrameSource({ stream, signal }) {
  return "MediaStreamTrackProcessor" in window ? fromTrack(stream, signal) : fromVideo(stream, signal);
}

/**
 * @param {MediaStream} stream
 * @param {AbortSignal} signal
 */
function fromTrack(stream, signal) {
  const [track] = stream.getVideoTracks();
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  /** @type {TakenPicture | null} */
  let newest = null;

  /** @param {VideoFrame | null} picture */
  function keep(picture) {
    // A camera has few buffers: one that is held back stops it.
    newest?.picture.close();
    newest = picture && { picture, takenAt: monotonic() };
  }

  async function readAll() {
    try {
      for (let step = await reader.read(); !step.done; step = await reader.read()) keep(step.value);
    } finally {
      keep(null);
    }
  }

  signal.addEventListener("abort", () => reader.cancel(), { once: true });
  readAll();
  return async function take() {
    if (newest && monotonic() - newest.takenAt > STALE_MS) keep(null);
    const taken = newest;
    newest = null;
    return taken;
  };
}

/**
 * For Firefox and Safari: a video element knows whether it was given another picture, drawn or not.
 *
 * @param {MediaStream} stream
 * @param {AbortSignal} signal
 */
function fromVideo(stream, signal) {
  const [track] = stream.getVideoTracks();
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  // A camera that stops before it has started rejects this; take() then finds no picture.
  video.play().catch(() => {});
  let lastProgress = 0;

  signal.addEventListener("abort", () => (video.srcObject = null), { once: true });
  return async function take() {
    const progress = progressOf(video);
    if (progress === lastProgress || track.muted) return null;
    lastProgress = progress;
    return { picture: await createImageBitmap(video), takenAt: monotonic() };
  };
}

/**
 * A number that changes with each picture. Safari counts a camera's pictures; Firefox's count stays at 0, but its clock
 * stands still while no picture comes.
 *
 * @param {HTMLVideoElement} video
 */
function progressOf(video) {
  return video.getVideoPlaybackQuality().totalVideoFrames || video.currentTime;
}
