/** The question on the second screen: its answers while it is open, its result once the class may see it. */

import { labelsOf, lettersOf } from "../activities/labels.js";
import { resultOf } from "../activities/results.js";
import { html, nothing } from "../lib/render.js";

/**
 * @param {NonNullable<ProjectorState["question"]>} question
 * @param {Messages} messages
 */
export function questionView(question, messages) {
  const { text, open, result } = question;
  const shows = result && !result.hidden;
  return html`<h2 class="question-text" dir="auto">${text}</h2>
    ${shows || !open ? resultOf(question, messages) : optionsOf(question)}`;
}

/** @param {ShownQuestion} question */
function optionsOf(question) {
  if (question.kind === "scale") return scaleOf(question);
  if (question.kind !== "choice") return nothing;
  return html`<ul class="projector-options">
    ${labelsOf(question).map((label, place) => html`<li><span class="answer-key">${lettersOf(question)[place]}</span><span dir="auto">${label}</span></li>`)}
  </ul>`;
}

/** @param {ShownQuestion} question */
function scaleOf({ options: [low, high] }) {
  return html`<div>
    <div class="scale">${["1", "2", "3", "4", "5"].map((value) => html`<span class="scale-step">${value}</span>`)}</div>
    <div class="scale-ends"><span dir="auto">${low}</span><span dir="auto">${high}</span></div>
  </div>`;
}
