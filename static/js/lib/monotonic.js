// Time that nobody can turn back: the computer's clock may be set, also in the middle of class.

/** Milliseconds, near those since 1970 when the page was opened and never corrected afterwards. */
export const monotonic = () => performance.timeOrigin + performance.now();
