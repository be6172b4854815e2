// The camera and its light.

const REASONS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotReadableError: "busy",
  AbortError: "busy",
  NotFoundError: "none",
  OverconstrainedError: "none",
};

/** `reason` is refused, busy, none, or insecure: over plain http a page has no camera at all. */
export class CameraError extends Error {
  constructor(reason) {
    super(`The camera is not to be had: ${reason}.`);
    this.reason = reason;
  }
}

/** A stream of moving pictures; its light goes out when `signal` aborts, even if the person answers the browser's question later. */
export async function openCamera({ width, height, signal }) {
  if (!navigator.mediaDevices) throw new CameraError("insecure");
  const stream = await askForVideo({ width, height });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return stream;
}

/** Why a camera that worked has ended: permission taken back, or the device taken away. */
export async function reasonOfEnd() {
  try {
    const { state } = await navigator.permissions.query({ name: "camera" });
    return state === "denied" ? "refused" : "busy";
  } catch (error) {
    if (error instanceof TypeError) return "busy"; // this browser answers no question about cameras
    throw error;
  }
}

async function askForVideo({ width, height }) {
  // 15 pictures a second: a mirror that does not stutter, and half the work of 30 on a phone.
  const video = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 15 }, facingMode: "user" };
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: false });
  } catch (error) {
    if (error.name in REASONS) throw new CameraError(REASONS[error.name]);
    throw error;
  }
}
