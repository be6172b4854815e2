/** Why there is no camera, from what browsers report: pure functions. The sentences are in room/_messages.html. */

/**
 * Reasons by error name. Some names are of older Chrome and Firefox.
 *
 * @type {Record<string, CameraProblem>}
 */
const BY_NAME = {
  NotReadableError: "busy",
  TrackStartError: "busy",
  SourceUnavailableError: "busy",
  AbortError: "busy",
  InvalidStateError: "busy",
  NotFoundError: "none",
  DevicesNotFoundError: "none",
  OverconstrainedError: "none",
  ConstraintNotSatisfiedError: "none",
};
const REFUSALS = ["NotAllowedError", "SecurityError", "PermissionDeniedError", "PermissionDismissedError"];

// Apps that open a link in a window of their own. Many of these windows give pages no camera, whatever people allow.
const APPS = new RegExp(
  "FBAN|FBAV|FB_IAB|FBIOS|Instagram|\\bLine/|MicroMessenger|WeChat|KAKAOTALK|NAVER\\(|Snapchat|Twitter|TikTok|BytedanceWebview|" +
    "musical_ly|LinkedInApp|Pinterest|\\bGSA/|\\bTeams/|TeamsMobile|Slack|Discord|WhatsApp|Telegram|\\bQQ/|DingTalk|Weibo|Alipay|" +
    "AliApp|Zalo|\\bLark/|Feishu|baiduboxapp|DaumApps|" +
    "; wv\\)",
  "i",
);
const APPLE = /iPhone|iPad|iPod|Macintosh/;

/**
 * Permission for the camera, or null where the browser does not say.
 *
 * @typedef {PermissionState | null} Permission
 */

/**
 * Every real browser on Apple's systems names Safari; a window inside an app does not.
 *
 * @param {string} userAgent
 */
export function isInsideApp(userAgent) {
  const isAppleWindow = APPLE.test(userAgent) && /AppleWebKit/.test(userAgent) && !/Safari\//.test(userAgent);
  return isAppleWindow || APPS.test(userAgent);
}

/**
 * The reason on a page that cannot ask for cameras at all.
 *
 * @param {{isSecure: boolean, userAgent: string}} page
 * @returns {CameraProblem}
 */
export function reasonWithoutDevices({ isSecure, userAgent }) {
  if (!isSecure) return "insecure";
  return isInsideApp(userAgent) ? "in_app" : "unsupported";
}

/**
 * The reason for an error of getUserMedia(), or null for an error in our own code.
 *
 * @param {{name: string, message: string}} error
 * @param {{permission: Permission, userAgent: string}} browser
 * @returns {CameraProblem | null}
 */
export function reasonOfError({ name, message }, { permission, userAgent }) {
  if (REFUSALS.includes(name)) return reasonOfRefusal(message, { permission, userAgent });
  return BY_NAME[name] ?? null;
}

/**
 * @param {string} message
 * @param {{permission: Permission, userAgent: string}} browser
 * @returns {CameraProblem}
 */
function reasonOfRefusal(message, { permission, userAgent }) {
  if (isInsideApp(userAgent)) return "in_app";
  // Chrome names the system. Where another browser granted the camera to the site, it was the system as well.
  if (/system/i.test(message) || permission === "granted") return "blocked";
  return permission === "prompt" ? "dismissed" : "refused";
}

/**
 * The reason why an open camera has ended, or null where only another try can tell.
 *
 * @param {{isThere: boolean, permission: Permission}} camera
 * @returns {CameraProblem | null}
 */
export function reasonOfEnd({ isThere, permission }) {
  if (!isThere) return "unplugged";
  return permission === "denied" || permission === "prompt" ? "refused" : null;
}

/**
 * The reason for a request without an answer: the driver hangs, or the app never shows the question.
 *
 * @param {{permission: Permission, userAgent: string}} browser
 * @returns {CameraProblem | null}
 */
export function reasonOfSilence({ permission, userAgent }) {
  if (permission === "granted") return "busy";
  return isInsideApp(userAgent) ? "in_app" : null;
}
