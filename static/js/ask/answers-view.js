/** What students answered: the cloud with its hidden words, the texts, and with names who said what. */

import { sizeOf } from "../activities/labels.js";
import { html, nothing } from "../lib/render.js";
import { answeredBy, sortedWords } from "./answers.js";
import { unfold } from "./unfolding.js";

/**
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
export function answersView(question, context) {
  const { kind, anonymous, texts, answers } = question;
  if (kind === "word") return html`${cloudView(question, context)}${whoSaid(question, context)}`;
  if (kind !== "text") return whoSaid(question, context);
  const said = anonymous ? texts.map((text) => html`<li dir="auto">${text}</li>`) : answers.map((one) => namedText(one, context));
  // Many texts scroll, also by keyboard.
  return said.length
    ? html`<ul class="said-list ask-texts" tabindex="0" aria-label=${context.messages("question.texts")}>${said}</ul>`
    : nothing;
}

/**
 * @param {TeacherQuestion["answers"][number]} answer
 * @param {AskContext} context
 */
const namedText = ({ participant, text }, { nameOf }) => html`<li><bdi class="ask-who">${nameOf(participant)}</bdi> <span dir="auto">${text}</span></li>`;

/**
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
function cloudView(question, { messages, act }) {
  if (question.result?.hidden) return nothing;
  const { shown, hidden, rare } = sortedWords(question);
  const most = shown[0]?.[2] ?? 1;
  /** @param {"hide_word" | "show_word"} what */
  const change = (what, /** @type {string} */ word) => act("question", { do: what, word }, { id: question.id });
  return html`${shown.length
      ? html`<ul class="cloud">
          ${shown.map(
            ([folded, word, count]) =>
              html`<li class="cloud-word cloud-${sizeOf(count, most)}">
                <button type="button" dir="auto" aria-label=${messages("question.hide_word", { word })} @click=${() => change("hide_word", folded)}>${word}</button>
                <span class="ask-word-count">${count}</span>
              </li>`,
          )}
        </ul>`
      : html`<p class="soft small">${messages("result.no_words")}</p>`}
    ${hidden.length
      ? html`<p class="soft small">${messages("question.hidden_words")}</p>
          <ul class="chips">
            ${hidden.map(
              ([folded, word]) =>
                html`<li><button type="button" class="chip" dir="auto" aria-label=${messages("question.show_word", { word })} @click=${() => change("show_word", folded)}>${word}</button></li>`,
            )}
          </ul>`
      : nothing}
    ${rare.length
      ? html`<p class="soft small">${messages("question.rare_words")}</p>
          <ul class="chips">${rare.map(([, word, count]) => html`<li class="chip" dir="auto">${word} <span class="count">${count}</span></li>`)}</ul>`
      : nothing}`;
}

/**
 * Returns who chose each answer or said each word, of a question with names.
 *
 * @param {TeacherQuestion} question
 * @param {AskContext} context
 */
function whoSaid(question, context) {
  if (!question.answers.length) return nothing;
  const { messages, nameOf } = context;
  const fold = `${question.id} who`;
  const lines = context.unfolded.has(fold) ? answeredBy(question).filter(({ participants }) => participants.length) : [];
  return html`<details @toggle=${unfold(fold, context)}>
    <summary>${messages("question.who")}</summary>
    <dl class="facts ask-facts ask-who-said">
      ${lines.map(
        ({ label, participants }) => html`<dt dir="auto">${label}</dt><dd>${participants.map((id) => html`<bdi>${nameOf(id)}</bdi>`)}</dd>`,
      )}
    </dl>
  </details>`;
}
