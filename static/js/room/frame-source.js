// The source: the camera's newest picture, each handed out once, so that an old one never goes out as new.

import { monotonic } from "../lib/monotonic.js";

const STALE_MS = 1000; // even a dark room's camera takes five a second

/** Returns take(): {picture, takenAt} with a picture to close(), or null when the camera gave no new one. */
export function openFrameSource({ stream, signal }) {
  return "MediaStreamTrackProcessor" in window ? tapTrack(stream, signal) : tapVideo(stream, signal);
}

function tapTrack(stream, signal) {
  const [track] = stream.getVideoTracks();
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
  let newest = null;

  function keep(picture) {
    newest?.picture.close(); // a camera has few buffers: one that is held back stops it
    newest = picture ? { picture, takenAt: monotonic() } : null;
  }

  async function follow() {
    for (let step = await reader.read(); !step.done; step = await reader.read()) keep(step.value);
    keep(null);
  }

  signal.addEventListener("abort", () => reader.cancel(), { once: true });
  follow();
  return async function take() {
    if (newest && monotonic() - newest.takenAt > STALE_MS) keep(null);
    const taken = newest;
    newest = null;
    return taken;
  };
}

/** Firefox and Safari: a video element knows whether it was given another picture, drawn or not. */
function tapVideo(stream, signal) {
  const [track] = stream.getVideoTracks();
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  video.play().catch(() => {}); // a camera that stops before it started says so through take()
  let shown = 0;

  signal.addEventListener("abort", () => (video.srcObject = null), { once: true });
  return async function take() {
    const progress = progressOf(video);
    if (progress === shown || track.muted) return null;
    shown = progress;
    return { picture: await createImageBitmap(video), takenAt: monotonic() };
  };
}

/** Safari counts a camera's pictures; Firefox's count stays at 0, but its clock stands while nothing comes. */
function progressOf(video) {
  return video.getVideoPlaybackQuality().totalVideoFrames || video.currentTime;
}
