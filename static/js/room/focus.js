// The keyboard's place on the page outlives the button it was on.

const isGone = (part) => part.closest("[hidden]") !== null;

/** To the button that came for this one, beside it, or to the panel's heading. */
export function keepPlace(left) {
  if (!isGone(left)) return;
  const successor = Array.from(left.parentElement.querySelectorAll("button")).find((button) => !isGone(button));
  (successor ?? left.closest("section").querySelector("h2")).focus();
}
