/** The page "New session": shows for which course each mode is approved, and offers no other. */

import { elementById } from "../lib/parts.js";

const form = elementById("new-session");
const course = /** @type {HTMLSelectElement} */ (form.querySelector("[name=course]"));
const cards = /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-courses]"));

/** @param {HTMLElement} card */
function showApproval(card) {
  const radio = /** @type {HTMLInputElement} */ (card.querySelector("[type=radio]"));
  const isApproved = (card.dataset.courses ?? "").split(" ").includes(course.value);
  radio.disabled = !isApproved;
  radio.checked &&= isApproved;
  for (const line of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[data-course]"))) {
    line.hidden = line.dataset.course !== course.value;
  }
  /** @type {HTMLElement} */ (card.querySelector("[data-unapproved]")).hidden = isApproved;
}

function showApprovals() {
  for (const card of cards) showApproval(card);
  if (form.querySelector("[name=mode]:checked")) return;
  // The chosen mode is not approved for this course: the first that is allowed remains.
  const first = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=mode]:enabled"));
  if (first) first.checked = true;
}

course.addEventListener("change", showApprovals);
showApprovals();
