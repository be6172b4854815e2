/** The camera's newest picture, each handed out once, so that an old one never goes out as new. */

import { monotonic } from "../lib/monotonic.js";

// Even a dark room's camera takes five pictures a second.
const STALE_MS = 1000;

/**
 * Returns take(): a picture that the caller closes, or null when the camera gave no new one.
 *
 * @param {{stream: MediaStream, after: After, signal: AbortSignal}} options
 * @returns {() => Promise<TakenPicture | null>}
 */
export function openFrameSource({ stream, after, signal }) {
  return "MediaStreamTrackProcessor" in window ? fromTrack(stream, after, signal) : fromVideo(stream, signal);
}

/**
 * Reads only what is asked for. If the track ends during a read, Chromium may lose the picture that it has made for it,
 * and writes that a VideoFrame was not closed. So this reads a copy of the track, which ends after the read.
 *
 * @param {MediaStream} stream
 * @param {After} after
 * @param {AbortSignal} signal
 */
function fromTrack(stream, after, signal) {
  const track = stream.getVideoTracks()[0].clone();
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  let isReading = false;
  /**
   * Hands a picture to the take() that waits for it.
   *
   * @type {((picture: VideoFrame) => void) | null}
   */
  let give = null;

  /** Reads two pictures: the first may have waited since the last read. */
  async function readNew() {
    isReading = true;
    const { value: old } = await reader.read();
    old?.close();
    const picture = signal.aborted ? undefined : (await reader.read()).value;
    isReading = false;
    if (signal.aborted) track.stop();
    if (picture && give && !signal.aborted) give(picture);
    // A camera has few buffers: one that is held back stops it.
    else picture?.close();
  }

  function end() {
    // Not with after(): its worker may end with the page, and the camera would stay on.
    if (isReading) setTimeout(() => track.stop(), STALE_MS);
    else track.stop();
  }

  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  return function take() {
    return new Promise((resolve) => {
      /** @param {VideoFrame | null} picture */
      const settle = (picture) => {
        give = null;
        cancelWait();
        resolve(picture && { picture, takenAt: monotonic() });
      };
      const cancelWait = after(STALE_MS, () => settle(null));
      give = settle;
      if (!isReading) readNew();
    });
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
