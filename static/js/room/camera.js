// The camera and its light.

import { reasonOfEnd, reasonOfError, reasonOfSilence, reasonWithoutDevices } from "./camera-reasons.js";

/** `reason` is one of CAMERA_PROBLEMS. */
export class CameraError extends Error {
  constructor(reason) {
    super(`The camera is not to be had: ${reason}.`);
    this.reason = reason;
  }
}

/**
 * A stream of moving pictures; its light goes out when `signal` aborts, even if the person answers the browser's
 * question later. `deviceId` asks for that camera and no other.
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

/** The ids of the cameras that are there now. */
export async function cameraIds() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return devices.filter(({ kind }) => kind === "videoinput").map(({ deviceId }) => deviceId);
}

/** Why a camera that worked has ended, or null where only another try can tell. */
export async function whyEnded(deviceId) {
  const isThere = (await cameraIds()).includes(deviceId);
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
    if (error instanceof TypeError) return null; // this browser answers no question about cameras
    throw error;
  }
}

async function askForVideo({ width, height, deviceId }) {
  // 15 pictures a second: a mirror that does not stutter, and half the work of 30 on a phone.
  const wish = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 15 } };
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...wish, ...which }, audio: false });
  } catch (error) {
    const reason = reasonOfError(error, { permission: await cameraPermission(), userAgent: navigator.userAgent });
    throw reason ? new CameraError(reason) : error;
  }
}
