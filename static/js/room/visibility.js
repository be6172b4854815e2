/** Whether this page is seen, hidden, or about to be suspended by the browser. */

/**
 * @param {(event: Extract<RoomEvent, {type: "visibility"}>) => void} dispatch
 * @param {AbortSignal} signal
 */
export function watchVisibility(dispatch, signal) {
  const onChange = () => dispatch({ type: "visibility", hidden: document.hidden });
  document.addEventListener("visibilitychange", onChange, { signal });
  document.addEventListener("freeze", () => dispatch({ type: "visibility", hidden: true, frozen: true }), { signal });
  document.addEventListener("resume", onChange, { signal });
  onChange();
}
