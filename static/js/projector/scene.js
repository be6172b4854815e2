/** What the second screen is about. */

/**
 * A question comes first, then the timer; with neither, how to join.
 *
 * @param {ProjectorState} state
 * @returns {Scene}
 */
export function sceneOf({ ended, question, timer }) {
  if (ended) return "ended";
  if (question) return "question";
  return timer ? "timer" : "door";
}
