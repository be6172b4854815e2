// Whether pictures are read: they may be admitted for as long as you like, and no answer come to any.

const LOOK_MS = 1000;
const LATE = 10; // looks; the slowest pace is a picture in 4 s
const STOPPED = 6; // looks without a picture: the camera is off, and no answer is owed

/** sent() with each picture, read() with each answer to one, lost() with the connection; onUnread(boolean) on change. */
export function openReadingWatchdog({ after, onUnread }) {
  let looks = null; // since the first picture without an answer
  let quiet = 0; // looks since the last picture
  let isUnread = false;

  function note(unread) {
    if (unread === isUnread) return;
    isUnread = unread;
    onUnread(unread);
  }

  function answered() {
    looks = null;
    note(false);
  }

  function look() {
    if (++quiet > STOPPED) answered();
    else if (looks !== null && ++looks > LATE) note(true);
    after(LOOK_MS, look);
  }

  after(LOOK_MS, look);
  return {
    sent() {
      looks ??= 0;
      quiet = 0;
    },
    read: answered,
    lost: answered,
  };
}
