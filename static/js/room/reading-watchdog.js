/** Notices when pictures are admitted but not read: the server accepts frames also while no worker answers. */

const TICK_MS = 1000;
// The slowest pace is a picture in 4 s.
const LATE_TICKS = 10;
// Without a picture for so long the camera is off, and no answer is due.
const STOPPED_TICKS = 6;

/**
 * @param {object} options
 * @param {After} options.after
 * @param {(isUnread: boolean) => void} options.onUnread is called when it changes
 */
export function openReadingWatchdog({ after, onUnread }) {
  /**
   * Ticks since the first picture without an answer; null while none waits for one.
   *
   * @type {number | null}
   */
  let ticksWaiting = null;
  let ticksSinceSent = 0;
  let isUnread = false;

  /** @param {boolean} unread */
  function note(unread) {
    if (unread === isUnread) return;
    isUnread = unread;
    onUnread(unread);
  }

  function answered() {
    ticksWaiting = null;
    note(false);
  }

  function tick() {
    ticksSinceSent += 1;
    if (ticksSinceSent > STOPPED_TICKS) answered();
    if (ticksWaiting !== null) ticksWaiting += 1;
    if (ticksWaiting !== null && ticksWaiting > LATE_TICKS) note(true);
    after(TICK_MS, tick);
  }

  after(TICK_MS, tick);
  return {
    /** To be called for each picture. */
    sent() {
      ticksWaiting ??= 0;
      ticksSinceSent = 0;
    },
    /** To be called for each answer to a picture. */
    read: answered,
    /** To be called when the connection is lost. */
    lost: answered,
  };
}
