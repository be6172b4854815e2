/**
 * Keeps the screen on: a phone goes to sleep after half a minute without a touch, and its camera with it; a laptop at the
 * projector after a few minutes.
 */

// A low battery refuses; it may have been plugged in meanwhile.
const RETRY_MS = 30_000;

/**
 * Returns keepAwake(wanted): the screen stays on while that is wanted and the page is in sight.
 *
 * @param {{after: After, wakeLock?: WakeLock | null}} options
 */
export function openWakeLock({ after, wakeLock = navigator.wakeLock }) {
  let isWanted = false;
  let isRequesting = false;
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let cancelRetry = () => {};

  async function request() {
    if (!wakeLock || !isWanted || lock || isRequesting || document.hidden) return;
    isRequesting = true;
    cancelRetry();
    try {
      hold(await wakeLock.request("screen"));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      retryLater();
    } finally {
      isRequesting = false;
    }
  }

  /** @param {WakeLockSentinel} granted */
  function hold(granted) {
    lock = granted;
    granted.addEventListener("release", () => {
      // Not released by this page: it was hidden, or the system took the lock.
      if (lock !== granted) return;
      lock = null;
      retryLater();
    });
    if (!isWanted) release();
  }

  function retryLater() {
    cancelRetry();
    cancelRetry = after(RETRY_MS, request);
  }

  function release() {
    cancelRetry();
    const held = lock;
    lock = null;
    held?.release();
  }

  document.addEventListener("visibilitychange", request);
  return function keepAwake(/** @type {boolean} */ wanted) {
    if (wanted === isWanted) return;
    isWanted = wanted;
    if (wanted) request();
    else release();
  };
}
