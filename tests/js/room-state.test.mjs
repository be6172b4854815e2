import assert from "node:assert/strict";
import { test } from "node:test";

import { nextState, presence, initialState, teacherSees, wantsCamera } from "../../static/js/room/room-state.js";

const NOW = 1000;
const WELCOME = { type: "welcome", mode: "analytics", consent: "class_only" };
const CAMERA_ON = { type: "camera", camera: "on" };
const READY = { type: "ready" };

const after = (room, ...events) => events.reduce((so, event) => nextState(so, event, NOW), room);
const newcomer = () => initialState({ mode: "analytics", consent: "class_only" });
const measured = () => after(newcomer(), WELCOME, CAMERA_ON, READY);

test("with consent the camera is checked first, and measuring begins with “I'm ready”", () => {
  const checking = after(newcomer(), WELCOME, CAMERA_ON);
  assert.deepEqual([checking.stage, presence(checking)], ["checking", "checking"]);
  assert.deepEqual([measured().stage, presence(measured())], ["class", "measuring"]);
});

test("without consent there is no camera and nothing to report", () => {
  const room = after(initialState({ mode: "analytics", consent: null }), { ...WELCOME, consent: null });
  assert.deepEqual([room.stage, wantsCamera(room), presence(room)], ["class", false, null]);
});

test("a session without cameras wants none, whatever was agreed to elsewhere", () => {
  assert.equal(wantsCamera(initialState({ mode: "participation", consent: "own_line" })), false);
});

test("a reload continues in class, and a paused page stays paused", () => {
  const reloaded = initialState({ mode: "analytics", consent: "class_only", wasReady: true, wasPaused: true });
  assert.deepEqual([reloaded.stage, wantsCamera(reloaded), presence(reloaded)], ["class", false, "paused"]);
});

const LIGHT_OUT = {
  pause: { type: "pause" },
  "the teacher's pause": { type: "cameras", paused: true },
  withdrawal: { type: "consent", consent: null },
  leaving: { type: "finished", ending: "left" },
  "session end": { type: "socket", state: "closed", code: 4410 },
  removal: { type: "socket", state: "closed", code: 4411 },
  "another tab": { type: "socket", state: "closed", code: 4409 },
  "lost seat": { type: "socket", state: "closed", code: 4401 },
  "ten seconds without any answer": { type: "silence" },
  "foreign origin": { type: "socket", state: "closed", code: 4403 },
};

for (const [name, event] of Object.entries(LIGHT_OUT)) {
  test(`the camera goes off on ${name}`, () => {
    const room = after(measured(), event);
    assert.deepEqual([wantsCamera(room), room.camera], [false, "off"]);
  });
}

test("a teacher's pause ends with the teacher's word, and has its own reason", () => {
  const paused = after(measured(), { type: "cameras", paused: true });
  assert.deepEqual([paused.gap?.reason, presence(paused)], ["teacher_paused", "checking"]);
  assert.equal(wantsCamera(after(paused, WELCOME)), true);
  assert.equal(wantsCamera(after(paused, { ...WELCOME, paused: true })), false);
  const back = after(paused, { type: "cameras", paused: false });
  assert.deepEqual([wantsCamera(back), back.stage, back.gap], [true, "class", null]);
});

test("a lost connection keeps the camera on, and is a gap until the next welcome", () => {
  const lost = nextState(measured(), { type: "socket", state: "lost", code: 1006 }, 7000);
  assert.deepEqual(lost.gap, { reason: "offline", since: 7000 });
  const connecting = nextState(lost, { type: "socket", state: "connecting" }, 8000);
  assert.deepEqual(connecting.gap, { reason: "offline", since: 7000 });
  const back = nextState(connecting, WELCOME, 9000);
  assert.deepEqual([back.gap, back.stage, wantsCamera(back)], [null, "class", true]);
});

test("the camera goes off while the server is silent, and on with the next welcome", () => {
  const silent = after(measured(), { type: "socket", state: "lost", code: 1006 }, { type: "silence" });
  assert.deepEqual([wantsCamera(silent), silent.gap.reason, silent.stage], [false, "offline", "class"]);
  assert.equal(wantsCamera(after(silent, WELCOME)), true);
});

test("unread pictures are a gap until one is read", () => {
  const unread = after(measured(), { type: "unread", isUnread: true });
  assert.deepEqual([unread.gap.reason, wantsCamera(unread)], ["unread", true]);
  assert.equal(after(unread, { type: "unread", isUnread: false }).gap, null);
});

test("a hidden tab is measured as long as new pictures come, and reports hidden when they stop", () => {
  const hidden = after(measured(), { type: "visibility", hidden: true });
  assert.equal(presence(hidden), "measuring");
  const stopped = after(hidden, { type: "moving", moving: false });
  assert.deepEqual([presence(stopped), stopped.gap.reason], ["hidden", "hidden"]);
  assert.equal(presence(after(stopped, { type: "moving", moving: true })), "measuring");
});

test("a page that the browser freezes reports hidden first", () => {
  const frozen = after(measured(), { type: "visibility", hidden: true, frozen: true });
  assert.equal(presence(frozen), "hidden");
  assert.equal(presence(after(frozen, { type: "visibility", hidden: false })), "measuring");
});

test("a page that is still loading has no gap yet", () => {
  const reloaded = initialState({ mode: "analytics", consent: "class_only", wasReady: true });
  assert.equal(after(reloaded, { type: "socket", state: "connecting" }, CAMERA_ON).gap, null);
});

test("a stalled camera of a visible page is a gap", () => {
  const room = after(measured(), { type: "moving", moving: false });
  assert.deepEqual([presence(room), room.gap.reason], ["camera_busy", "stalled"]);
});

test("a camera that the system has muted is a gap until it is unmuted", () => {
  const room = after(measured(), { type: "muted", muted: true });
  assert.deepEqual([presence(room), room.gap.reason], ["camera_busy", "muted"]);
  const back = after(room, { type: "muted", muted: false });
  assert.deepEqual([presence(back), back.gap], ["measuring", null]);
});

test("a camera that is plugged in is opened where one was missed, and nowhere else", () => {
  const plugged = (camera) => after(measured(), { type: "camera", camera }, { type: "plugged" }).camera;
  assert.deepEqual(["none", "unplugged", "refused", "busy"].map(plugged), ["off", "off", "refused", "busy"]);
  assert.equal(after(measured(), { type: "pause" }, { type: "plugged" }).camera, "off");
});

const PROBLEMS = {
  refused: "camera_refused",
  dismissed: "camera_refused",
  blocked: "camera_blocked",
  busy: "camera_busy",
  none: "camera_missing",
  unplugged: "camera_missing",
  insecure: "camera_unusable",
  in_app: "camera_unusable",
  unsupported: "camera_unusable",
  encoder: "camera_unusable",
  canvas: "camera_unusable",
};

for (const [camera, state] of Object.entries(PROBLEMS)) {
  test(`a camera that is ${camera} is reported as ${state}, and tried again only when asked`, () => {
    const room = after(measured(), { type: "camera", camera });
    assert.deepEqual([presence(room), room.gap.reason, room.camera], [state, camera, camera]);
    assert.equal(after(room, { type: "retry" }).camera, "off");
  });
}

test("a busy server is a gap until a frame is admitted", () => {
  const busy = after(measured(), { type: "refused", code: "busy" });
  assert.equal(busy.gap.reason, "server_busy");
  assert.equal(after(busy, { type: "admitted" }).gap, null);
  assert.equal(after(measured(), { type: "refused", code: "too_many" }).gap, null);
});

test("a new consent starts with the camera check", () => {
  const without = after(measured(), { type: "consent", consent: null });
  assert.equal(after(without, { type: "consent", consent: "own_line" }).stage, "checking");
});

test("an ended session stays ended, and erasing is shown whichever answer comes first", () => {
  const [erased, closed] = [{ type: "finished", ending: "erased" }, { type: "socket", state: "closed", code: 4412 }];
  for (const order of [[erased, closed], [closed, erased]]) {
    const later = after(measured(), ...order, WELCOME);
    assert.deepEqual([later.stage, later.ending], ["ended", "erased"]);
  }
});

test("what the teacher sees follows mode and consent", () => {
  const seen = (mode, consent) => teacherSees(initialState({ mode, consent }));
  assert.equal(seen("participation", null), "participation");
  assert.equal(seen("analytics", null), "no_camera");
  assert.equal(seen("mirror", "own_line"), "mirror");
  assert.equal(seen("analytics", "class_only"), "class_only");
  assert.equal(seen("analytics", "own_line"), "own_line");
});
