/** The question that the class sees, as its teacher sees it: the count, the answers, and what can be done with it. */

import { resultOf } from "../activities/results.js";
import { icon } from "../lib/icons.js";
import { html, nothing, repeat } from "../lib/render.js";
import { answersView } from "./answers-view.js";
import { unfold } from "./unfolding.js";

/**
 * Kept while it is the same question, so that what the teacher has unfolded stays so.
 *
 * @param {TeacherQuestion | null} question
 * @param {AskContext} context
 */
export function shownQuestion(question, context) {
  return repeat(question ? [question] : [], ({ id }) => id, (one) => questionView(one, context));
}

/**
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
function questionView(question, context) {
  const { open, text, answered, asked } = question;
  const { messages } = context;
  // The page may be on a shared screen: what is right is marked once nobody can answer any more.
  const shown = { ...question, right: open ? null : question.right };
  return html`<article class="question-card ask-question ${open ? "is-open" : ""}" aria-labelledby="ask-question">
    ${headOf(question, context)}
    <h3 class="question-text" id="ask-question" tabindex="-1" dir="auto">${text}</h3>
    <div class="ask-count">
      <strong>${messages("question.answered", { count: answered, asked })}</strong>
      <progress max=${Math.max(asked, 1)} value=${answered} aria-hidden="true"></progress>
    </div>
    ${question.result?.hidden || question.result?.counts ? resultOf(shown, messages) : nothing}
    ${answersView(question, context)} ${waitingView(question, context)}
    <div class="toolbar ask-actions">${actionsOf(question, context)}</div>
  </article>`;
}

/**
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
function headOf({ id, open, anonymous, role, closes_at: closesAt }, { messages, act, focus }) {
  const erase = async () => (await act("question", { do: "erase" }, { id })) && focus("askTitle");
  return html`<div class="question-head">
    <span class="badge ${anonymous ? "badge-on" : ""}">${messages(anonymous ? "names.no" : "names.yes")}</span>
    ${role ? html`<span class="badge">${messages(`role.${role}`)}</span>` : nothing}
    ${open ? nothing : html`<span class="badge">${messages("question.closed")}</span>`}
    ${open && closesAt ? html`<span class="timer push">${icon("timer")}<span data-until=${closesAt}></span></span>` : nothing}
    <details class="menu ${open && closesAt ? "" : "push"}">
      <summary class="button button-plain button-icon button-small">
        ${icon("ellipsis")}<span class="visually-hidden">${messages("question.more")}</span>
      </summary>
      <div class="menu-list">
        <button type="button" class="menu-item menu-item-danger" @click=${erase}>${icon("trash-2")}${messages("question.erase")}</button>
        <p class="menu-note soft">${messages("question.erase_note")}</p>
      </div>
    </details>
  </div>`;
}

/**
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
function actionsOf({ id, open, right, right_is_shown: isShown }, { messages, act, focus }) {
  /**
   * @param {string} what
   * @param {string} next gets the focus: the button is about to go
   */
  const change = async (what, next) => (await act("question", { do: what }, { id })) && focus(next);
  const close = () => change("close", "ask-question");
  const showRight = () => change("show_right", "ask-question");
  const putAway = () => change("put_away", "askTitle");
  const quiet = open ? "button-plain" : "button-quiet";
  return html`${open ? html`<button type="button" class="button" @click=${close}>${messages("question.close")}</button>` : nothing}
    ${!open && right && !isShown
      ? html`<button type="button" class="button" @click=${showRight}>${icon("check")}${messages("question.show_right")}</button>`
      : nothing}
    <button type="button" class="button ${quiet}" @click=${putAway}>${messages("question.put_away")}</button>`;
}

/**
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
function waitingView({ id, waiting }, context) {
  if (!waiting.length) return nothing;
  const fold = `${id} waiting`;
  // Sorting and writing three hundred names with each answer would be most of what the page does.
  const names = context.unfolded.has(fold) ? context.sortedNames(waiting) : [];
  return html`<details class="ask-waiting" @toggle=${unfold(fold, context)}>
    <summary>${context.messages("question.waiting", { count: waiting.length })}</summary>
    <ul class="ask-names">${names.map((name) => html`<li dir="auto">${name}</li>`)}</ul>
  </details>`;
}
