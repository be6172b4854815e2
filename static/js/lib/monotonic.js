/**
 * Milliseconds since 1970 as they were when the page was opened, counted on by the monotonic clock: setting the
 * computer's clock in the middle of a class changes nothing.
 */
export const monotonic = () => performance.timeOrigin + performance.now();
