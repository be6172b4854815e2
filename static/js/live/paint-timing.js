/** A mark for measurements in the browser's performance timeline when what was drawn has been painted. */

/**
 * Returns markPainted(newest), which takes the capture time of the newest reading that was drawn.
 *
 * @param {string} name of the mark
 */
export function openPaintTiming(name) {
  /** @type {number | null} */
  let marked = null;

  /** @param {number} newest */
  function mark(newest) {
    // A class of hours keeps one mark; a measurement that wants all of them observes.
    performance.clearMarks(name);
    performance.mark(name, { detail: { newest } });
  }

  return function markPainted(/** @type {number | null | undefined} */ newest) {
    if (!newest || newest === marked) return;
    marked = newest;
    // The second frame begins when the first one is on the screen.
    requestAnimationFrame(() => requestAnimationFrame(() => mark(newest)));
  };
}
