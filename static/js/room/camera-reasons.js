// Why there is no camera, from what browsers say of it. Pure: the words for people are in room/_messages.html.

const BY_NAME = {
  NotReadableError: "busy",
  TrackStartError: "busy", // older Chrome
  SourceUnavailableError: "busy", // older Firefox
  AbortError: "busy",
  InvalidStateError: "busy",
  NotFoundError: "none",
  DevicesNotFoundError: "none", // older Chrome
  OverconstrainedError: "none",
  ConstraintNotSatisfiedError: "none", // older Chrome
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

/** Every real browser on Apple's systems names Safari; a window inside an app does not. */
export function isInsideApp(userAgent) {
  const isAppleWindow = APPLE.test(userAgent) && /AppleWebKit/.test(userAgent) && !/Safari\//.test(userAgent);
  return isAppleWindow || APPS.test(userAgent);
}

/** Of a page to which the browser shows no cameras at all. */
export function reasonWithoutDevices({ isSecure, userAgent }) {
  if (!isSecure) return "insecure";
  return isInsideApp(userAgent) ? "in_app" : "unsupported";
}

/** `permission` is granted, denied, prompt, or null where the browser does not say. Null for an error of ours. */
export function reasonOfError({ name, message }, { permission, userAgent }) {
  if (REFUSALS.includes(name)) return reasonOfRefusal(message ?? "", { permission, userAgent });
  return BY_NAME[name] ?? null;
}

function reasonOfRefusal(message, { permission, userAgent }) {
  if (isInsideApp(userAgent)) return "in_app";
  // Chrome says who; others say granted for the site, and yet no: then it was the system.
  if (/system/i.test(message) || permission === "granted") return "blocked";
  return permission === "prompt" ? "dismissed" : "refused";
}

/** Of a camera that was open and has ended. Null where only another try can tell. */
export function reasonOfEnd({ isThere, permission }) {
  if (!isThere) return "unplugged";
  return permission === "denied" || permission === "prompt" ? "refused" : null;
}

/** Of a request that gets no answer: a driver that hangs, or an app that never passes the question on. */
export function reasonOfSilence({ permission, userAgent }) {
  if (permission === "granted") return "busy";
  return isInsideApp(userAgent) ? "in_app" : null;
}
