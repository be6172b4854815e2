/** Browsers slow down the timers of a hidden page, but not those of its workers. */

/** @type {Map<number, number>} */
const timers = new Map();

/** @param {MessageEvent<{id: number, milliseconds: number | null}>} message; null cancels the timer */
onmessage = ({ data: { id, milliseconds } }) => {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (milliseconds === null) return;
  const timer = setTimeout(() => {
    timers.delete(id);
    postMessage(id);
  }, milliseconds);
  timers.set(id, timer);
};
