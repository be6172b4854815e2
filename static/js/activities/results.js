/** The result of a question as student, teacher and projector see it: bars, a word cloud, or only a number. */

import { percent } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { html, nothing } from "../lib/render.js";
import { labelsOf, lettersOf, sizeOf } from "./labels.js";

/**
 * @param {ShownQuestion} question
 * @param {Messages} messages
 */
export function resultOf(question, messages) {
  const { result } = question;
  if (!result) return nothing;
  if (result.hidden) return html`<p class="soft">${messages(`result.${result.hidden}`, { count: result.count })}</p>`;
  if (result.cloud) return cloud(result.cloud, messages);
  if (result.counts) return bars(question, result.counts, result.count, messages);
  return nothing;
}

/**
 * @param {ShownQuestion} question
 * @param {number[]} counts
 * @param {number} answered
 * @param {Messages} messages
 */
function bars(question, counts, answered, messages) {
  const isRight = (/** @type {number} */ place) => question.right?.includes(place) ?? false;
  return html`<ul class="result-bars">
    ${labelsOf(question).map(
      (label, place) =>
        html`<li class="result-bar ${isRight(place) ? "result-right" : ""}">
          <span class="result-label">
            ${question.kind === "choice" ? html`<span class="answer-key">${lettersOf(question)[place]}</span>` : nothing}
            <span class="result-text" dir="auto">${label}</span>
            ${isRight(place) ? html`<span class="result-mark">${icon("check", "small")}${messages("result.right")}</span>` : nothing}
          </span>
          <span class="result-share">${percent(answered ? counts[place] / answered : 0)} · ${counts[place]}</span>
          <progress max=${Math.max(answered, 1)} value=${counts[place]} aria-hidden="true"></progress>
        </li>`,
    )}
  </ul>`;
}

/**
 * @param {[string, number][]} words the commonest first
 * @param {Messages} messages
 */
function cloud(words, messages) {
  if (!words.length) return html`<p class="soft">${messages("result.no_words")}</p>`;
  const most = words[0][1];
  return html`<ul class="cloud">
    ${words.map(
      ([word, count]) =>
        html`<li class="cloud-word cloud-${sizeOf(count, most)}" dir="auto">
          ${word} <span class="visually-hidden">${count}</span>
        </li>`,
    )}
  </ul>`;
}
