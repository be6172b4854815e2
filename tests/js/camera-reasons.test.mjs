import assert from "node:assert/strict";
import { test } from "node:test";

import { isInsideApp, reasonOfEnd, reasonOfError, reasonOfSilence, reasonWithoutDevices } from "../../static/js/room/camera-reasons.js";

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

const BROWSERS = {
  Chrome: CHROME,
  "Chrome on a phone": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
  "Chrome on an iPhone": `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${APPLE} CriOS/140.0.0.0 Mobile/15E148 Safari/604.1`,
  Edge: `${CHROME} Edg/140.0.0.0`,
  Firefox: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
  Safari: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/18.0 Safari/605.1.15`,
  "DuckDuckGo on an iPhone": `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${APPLE} Version/18.0 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15`,
  "Firefox on an iPhone": `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${APPLE} FxiOS/140.0 Mobile/15E148 Safari/605.1.15`,
  "Firefox on Android": "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
  "a Chromebook": "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "QQ's browser": "Mozilla/5.0 (Linux; U; Android 13; zh-cn; V2055A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/109 MQQBrowser/14.3 Mobile Safari/537.36",
  "Samsung Internet": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
};

const PHONE = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${APPLE} Mobile/15E148`;
const VIEW = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36";
const APPS = {
  Instagram: `${PHONE} Instagram 340.0.0.1 (iPhone15,2; iOS 18_0)`,
  Facebook: `${PHONE} [FBAN/FBIOS;FBAV/480.0.0.0;FBDV/iPhone15,2]`,
  LINE: `${PHONE} Safari Line/14.12.0`,
  WeChat: `${PHONE} MicroMessenger/8.0.50(0x18003231) NetType/WIFI`,
  "Teams on a phone": `${VIEW} TeamsMobile-Android`,
  "Gmail on Android": VIEW,
  "a mail app on an iPhone": PHONE,
  Zalo: `${PHONE} Version/18.0 Safari/604.1 Zalo iOS/553 ZaloLanguage/vn`,
  Snapchat: `${PHONE} Version/18.0 Safari/604.1 Snapchat/12.75.0.41`,
  Threads: `${PHONE} Barcelona 320.0.0.0`,
  "TikTok on Android": `${VIEW} trill_330406 AppName/trill ByteLocale/en`,
  Lark: `${PHONE} Safari/604.1 Lark/7.20.5`,
  Baidu: "Mozilla/5.0 (Linux; Android 12; V2055A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/97.0 Mobile Safari/537.36 T7/13.52 baiduboxapp/13.52",
  "Google's app": `${PHONE} GSA/330.0.0 Safari/604.1`,
};

for (const [name, userAgent] of Object.entries(BROWSERS)) test(`${name} is a browser`, () => assert.equal(isInsideApp(userAgent), false));
for (const [name, userAgent] of Object.entries(APPS)) test(`${name} is an app's window`, () => assert.equal(isInsideApp(userAgent), true));

test("without camera access a page is on http, in an app, or in an unsupported browser", () => {
  assert.equal(reasonWithoutDevices({ isSecure: false, userAgent: APPS.Instagram }), "insecure");
  assert.equal(reasonWithoutDevices({ isSecure: true, userAgent: APPS.Instagram }), "in_app");
  assert.equal(reasonWithoutDevices({ isSecure: true, userAgent: CHROME }), "unsupported");
});

const ERRORS = [
  ["NotAllowedError", "Permission denied", "denied", "refused"],
  ["NotAllowedError", "Permission dismissed", "prompt", "dismissed"],
  ["NotAllowedError", "Permission denied by system", "granted", "blocked"],
  ["NotAllowedError", "Permission denied by system", "prompt", "blocked"],
  ["NotAllowedError", "The request is not allowed by the user agent or the platform in the current context.", "granted", "blocked"],
  ["NotAllowedError", "The request is not allowed by the user agent or the platform in the current context.", null, "refused"],
  ["PermissionDeniedError", "", "denied", "refused"],
  ["SecurityError", "", null, "refused"],
  ["NotReadableError", "Could not start video source", "granted", "busy"],
  ["NotReadableError", "Failed to allocate videosource", null, "busy"],
  ["TrackStartError", "", null, "busy"],
  ["AbortError", "Starting videoinput failed", "granted", "busy"],
  ["InvalidStateError", "", "granted", "busy"],
  ["NotFoundError", "Requested device not found", "granted", "none"],
  ["DevicesNotFoundError", "", null, "none"],
  ["OverconstrainedError", "", "granted", "none"],
  ["RangeError", "a mistake of ours", "granted", null],
];

for (const [name, message, permission, reason] of ERRORS) {
  test(`${name} “${message}” with permission ${permission} is ${reason}`, () => {
    assert.equal(reasonOfError({ name, message }, { permission, userAgent: CHROME }), reason);
  });
}

test("a refusal inside an app is the app's, because there is no address bar to allow it in", () => {
  const refusal = { name: "NotAllowedError", message: "Permission denied" };
  assert.equal(reasonOfError(refusal, { permission: "denied", userAgent: APPS["Gmail on Android"] }), "in_app");
});

test("a camera that ended was unplugged or refused, or is worth another try", () => {
  assert.equal(reasonOfEnd({ isThere: false, permission: "prompt" }), "unplugged");
  assert.equal(reasonOfEnd({ isThere: true, permission: "denied" }), "refused");
  assert.equal(reasonOfEnd({ isThere: true, permission: "prompt" }), "refused");
  assert.equal(reasonOfEnd({ isThere: true, permission: "granted" }), null);
  assert.equal(reasonOfEnd({ isThere: true, permission: null }), null);
});

test("a request without an answer counts as busy, unless a person may still be reading the question", () => {
  assert.equal(reasonOfSilence({ permission: "granted", userAgent: CHROME }), "busy");
  assert.equal(reasonOfSilence({ permission: "prompt", userAgent: CHROME }), null);
  assert.equal(reasonOfSilence({ permission: null, userAgent: APPS.Instagram }), "in_app");
});
