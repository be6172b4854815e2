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
 * What the class has asked, with votes; above it the student's own questions that are not, or no longer, among these.
 *
 * @param {RoomActivities} state
 * @param {Messages} messages
 * @param {(id: string, up: boolean) => void} onVote
 */
export function askedList({ shared, own }, messages, onVote) {
  const questions = shared?.asked.questions ?? [];
  const others = own.asked.filter(({ id }) => !questions.some((one) => one.id === id));
  return html`${ownList(others, messages)}${classList(questions, own, messages, onVote)}`;
}

/**
 * @param {AskedQuestion[]} questions
 * @param {Messages} messages
 */
function ownList(questions, messages) {
  const row = (/** @type {AskedQuestion} */ { text, status }) => html`<li>
    <span class="badge">${messages(`asked.${status}`)}</span>
    <p class="asked-text" dir="auto">${text}</p>
  </li>`;
  return questions.length
    ? html`<ul class="said-list" aria-label=${messages("asked.own")}>
        ${repeat(questions, ({ id }) => id, row)}
      </ul>`
    : nothing;
}

/**
 * @param {AskedQuestion[]} questions
 * @param {OwnActivities} own
 * @param {Messages} messages
 * @param {(id: string, up: boolean) => void} onVote
 */
function classList(questions, own, messages, onVote) {
  const row = (/** @type {AskedQuestion} */ { id, text, votes: count }) => {
    const isMine = own.votes.includes(id);
    const wasAsked = own.asked.some((one) => one.id === id);
    return html`<li>
      <button type="button" class="vote" aria-pressed=${String(isMine)} aria-label=${messages("vote", { count, text })} @click=${() => onVote(id, !isMine)}>
        ${icon("arrow-up", "small")}${count}
      </button>
      <p class="asked-text" dir="auto">${text}</p>
      ${wasAsked ? html`<span class="badge">${messages("asked.yours")}</span>` : nothing}
    </li>`;
  };
  return questions.length
    ? html`<ul class="asked" aria-label=${messages("asked.class")}>
        ${repeat(questions, ({ id }) => id, row)}
      </ul>`
    : nothing;
}
