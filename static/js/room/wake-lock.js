// A phone goes to sleep after half a minute without a touch, and its camera with it.

const AGAIN_MS = 30_000; // a battery that is low refuses; it may have been plugged in meanwhile

/** keepAwake(wanted): the screen stays on while it is wanted and the page is in sight. */
export function openWakeLock({ after, wakeLock = navigator.wakeLock }) {
  let isWanted = false;
  let isAsking = false;
  let lock = null;
  let cancelAgain = () => {};

  async function ask() {
    if (!wakeLock || !isWanted || lock || isAsking || document.hidden) return;
    isAsking = true;
    cancelAgain();
    try {
      hold(await wakeLock.request("screen"));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      askLater();
    } finally {
      isAsking = false;
    }
  }

  function hold(granted) {
    lock = granted;
    granted.addEventListener("release", () => {
      if (lock !== granted) return; // let go by ourselves
      lock = null; // the page was away, and asks again when it is back; or the system took it
      askLater();
    });
    if (!isWanted) letGo();
  }

  function askLater() {
    cancelAgain();
    cancelAgain = after(AGAIN_MS, ask);
  }

  function letGo() {
    cancelAgain();
    const held = lock;
    lock = null;
    held?.release();
  }

  document.addEventListener("visibilitychange", ask);
  return function keepAwake(wanted) {
    if (wanted === isWanted) return;
    isWanted = wanted;
    if (wanted) ask();
    else letGo();
  };
}
