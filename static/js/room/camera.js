/** Opens the camera and stops it, and says why it cannot be opened. */

import { reasonOfEnd, reasonOfError, reasonOfSilence, reasonWithoutDevices } from "./camera-reasons.js";

export class CameraError extends Error {
  /** @param {CameraProblem} reason */
  constructor(reason) {
    super(`The camera cannot be used: ${reason}.`);
    this.reason = reason;
  }
}

/**
 * A stream of moving pictures. The camera goes off when `signal` aborts, even if the person answers the browser's
 * question later. `deviceId` asks for that camera and no other.
 *
 * @param {{width: number, height: number, deviceId: string | null, signal: AbortSignal}} options
 */
export async function openCamera({ width, height, deviceId, signal }) {
  const { userAgent } = navigator;
  if (typeof navigator.mediaDevices?.getUserMedia !== "function") {
    throw new CameraError(reasonWithoutDevices({ isSecure: isSecureContext, userAgent }));
  }
  const stream = await askForVideo({ width, height, deviceId });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  return stream;
}

/** The ids of the cameras that are plugged in now. */
export async function cameraIds() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
}

/**
 * Why a camera that worked has ended, or null where only another try can tell.
 *
 * @param {string | undefined} deviceId
 */
export async function whyEnded(deviceId) {
  const isThere = (await cameraIds()).some((id) => id === deviceId);
  return reasonOfEnd({ isThere, permission: await cameraPermission() });
}

/** Why a camera neither opens nor fails, or null where a person may still be reading the browser's question. */
export async function whyNoAnswer() {
  return reasonOfSilence({ permission: await cameraPermission(), userAgent: navigator.userAgent });
}

async function cameraPermission() {
  try {
    return (await navigator.permissions.query({ name: "camera" })).state;
  } catch (error) {
    // This browser answers no question about cameras.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** @param {{width: number, height: number, deviceId: string | null}} options */
async function askForVideo({ width, height, deviceId }) {
  // 15 pictures a second: a mirror that does not stutter, and half the work of 30 on a phone.
  const wish = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 15 } };
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...wish, ...which }, audio: false });
  } catch (error) {
    // Older browsers throw an OverconstrainedError that is no Error.
    const { name, message = "" } = /** @type {{name: string, message?: string}} */ (error);
    const browser = { permission: await cameraPermission(), userAgent: navigator.userAgent };
    const reason = reasonOfError({ name, message }, browser);
    throw reason ? new CameraError(reason) : error;
  }
}
