/** Being chosen by chance, the group, and what other students have asked. */

import { icon } from "../lib/icons.js";
import { html, nothing, repeat } from "../lib/render.js";

/**
 * @param {Messages} messages
 * @param {(wish: "accept" | "pass") => void} onReply
 */
export function pickCard(messages, onReply) {
  return html`<section class="question-card is-open" aria-labelledby="pick-title">
    <h3 class="question-text" id="pick-title" tabindex="-1">${messages("pick.title")}</h3>
    <p>${messages("pick.help")}</p>
    <div class="equal-choice">
      <button type="button" class="button button-large" @click=${() => onReply("accept")}>${messages("pick.accept")}</button>
      <button type="button" class="button button-large" @click=${() => onReply("pass")}>${messages("pick.pass")}</button>
    </div>
  </section>`;
}

/**
 * The student's group, and the teacher's word to those who are lost.
 *
 * @param {number | null} group
 * @param {number} seenLost how many were lost; 0 where it was not said lately
 * @param {Messages} messages
 */
export function toldLines(group, seenLost, messages) {
  return html`${group ? html`<p class="notice">${icon("users")}${messages("group", { number: group })}</p>` : nothing}
  ${seenLost ? html`<p class="notice notice-success">${icon("eye")}${messages("lost.seen", { n: seenLost })}</p>` : nothing}`;
}

/**
 * @param {AskedQuestion[]} questions
 * @param {string[]} votes the ids that this student has voted for
 * @param {Messages} messages
 * @param {(id: string, up: boolean) => void} onVote
 */
export function askedList(questions, votes, messages, onVote) {
  const row = (/** @type {AskedQuestion} */ { id, text, votes: count }) => {
    const isMine = votes.includes(id);
    return html`<li>
      <button type="button" class="vote" aria-pressed=${String(isMine)} aria-label=${messages("vote", { count, text })} @click=${() => onVote(id, !isMine)}>
        ${icon("arrow-up", "small")}${count}
      </button>
      <p class="asked-text" dir="auto">${text}</p>
    </li>`;
  };
  return questions.length
    ? html`<ul class="asked">
        ${repeat(questions, ({ id }) => id, row)}
      </ul>`
    : nothing;
}
