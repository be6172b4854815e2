/** Whether this page is seen, hidden, or about to be suspended by the browser. */

/** @param {(event: Extract<RoomEvent, {type: "visibility"}>) => void} dispatch */
export function watchVisibility(dispatch) {
  const onChange = () => dispatch({ type: "visibility", hidden: document.hidden });
  document.addEventListener("visibilitychange", onChange);
  document.addEventListener("freeze", () => dispatch({ type: "visibility", hidden: true, frozen: true }));
  document.addEventListener("resume", onChange);
  onChange();
}
