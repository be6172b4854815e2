import assert from "node:assert/strict";
import { test } from "node:test";

import { openWakeLock } from "../../static/js/lib/wake-lock.js";

/** A page whose visibility, battery and time the test controls; `held` counts the locks that are not released. */
function screen() {
  const page = { held: 0, asked: 0, refuses: false, later: null };
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  const locks = [];
  const wakeLock = {
    async request() {
      page.asked += 1;
      if (page.refuses) throw new DOMException("battery", "NotAllowedError");
      page.held += 1;
      const lock = Object.assign(new EventTarget(), {
        release() {
          if (this.released) return;
          this.released = true;
          page.held -= 1;
          this.dispatchEvent(new Event("release"));
        },
      });
      locks.push(lock);
      return lock;
    },
  };
  page.takeAway = () => locks.forEach((lock) => lock.release());
  page.see = async (hidden) => {
    document.hidden = hidden;
    if (hidden) page.takeAway(); // as browsers do
    document.dispatchEvent(new Event("visibilitychange"));
    await settle();
  };
  const after = (_milliseconds, callback) => {
    page.later = callback;
    return () => (page.later = null);
  };
  page.keepAwake = openWakeLock({ after, wakeLock });
  return page;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("the screen stays on with the camera, and no longer", async () => {
  const page = screen();
  page.keepAwake(true);
  page.keepAwake(true);
  await settle();
  assert.deepEqual([page.held, page.asked], [1, 1]);
  page.keepAwake(false);
  assert.deepEqual([page.held, page.later], [0, null]);
});

test("back from another app, the page asks again", async () => {
  const page = screen();
  page.keepAwake(true);
  await settle();
  await page.see(true);
  assert.equal(page.held, 0);
  await page.see(false);
  assert.equal(page.held, 1);
});

test("back after the camera went off, the page asks for nothing", async () => {
  const page = screen();
  page.keepAwake(true);
  await settle();
  await page.see(true);
  page.keepAwake(false);
  await page.see(false);
  assert.deepEqual([page.held, page.asked], [0, 1]);
});

test("a lock that is granted after the camera went off is released", async () => {
  const page = screen();
  page.keepAwake(true);
  page.keepAwake(false);
  await settle();
  assert.equal(page.held, 0);
});

test("a lock that the system refuses or takes away is asked for again later", async () => {
  const page = screen();
  page.refuses = true;
  page.keepAwake(true);
  await settle();
  page.refuses = false;
  page.later();
  await settle();
  assert.equal(page.held, 1);
  page.takeAway();
  page.later();
  await settle();
  assert.equal(page.held, 1);
});

test("a browser without wake locks raises no error", () => {
  globalThis.document = new EventTarget();
  openWakeLock({ after: () => () => {}, wakeLock: null })(true);
});
