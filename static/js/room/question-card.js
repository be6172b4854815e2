/** The question that the class is asked: answered while it is open, with its result afterwards. */

import { labelsOf, lettersOf } from "../activities/labels.js";
import { resultOf } from "../activities/results.js";
import { icon } from "../lib/icons.js";
import { html, nothing, repeat } from "../lib/render.js";
import { chosenPlaces, chosenValue, writtenText } from "./activities-state.js";

const SCALE = [1, 2, 3, 4, 5];
// As the server has them (activities/forms.py).
const LONGEST = { word: 30, text: 500 };
// From this share of its longest on, a text says how long it is.
const NEARLY_FULL = 0.8;

/** @typedef {{state: RoomActivities, question: ShownQuestion, messages: Messages, actions: AnswerActions}} Shown */

/**
 * One element per question: a finger that is on its way to an answer must not land in the next question.
 *
 * @param {{state: RoomActivities, messages: Messages, actions: AnswerActions}} options
 */
export function questionCard({ state, messages, actions }) {
  const question = state.shared?.question;
  const shown = question ? [{ state, question, messages, actions }] : [];
  return html`${repeat(shown, (one) => one.question.id, card)}`;
}

/** @param {Shown} shown */
function card(shown) {
  const { question, messages } = shown;
  return html`<section class="question-card ${question.open ? "is-open" : ""}" aria-labelledby="question-text">
    <div class="question-head">
      ${privacy(question, messages)} ${question.open ? limit(question) : closedBadge(messages)}
    </div>
    <h3 class="question-text" id="question-text" tabindex="-1" dir="auto">${question.text}</h3>
    ${question.open ? [answerForm(shown), savedLine(shown)] : [resultOf(question, messages), ownAnswer(shown)]}
  </section>`;
}

/**
 * Said before the answer.
 *
 * @param {ShownQuestion} question
 * @param {Messages} messages
 */
function privacy({ anonymous }, messages) {
  const kind = anonymous ? "anonymous" : "named";
  return html`<span class="badge ${anonymous ? "badge-on" : ""}">${messages(`question.${kind}`)}</span>
    <details class="help menu-start">
      <summary>${icon("circle-help")}<span class="visually-hidden">${messages("question.about")}</span></summary>
      <p>${messages(`question.${kind}.help`)}</p>
    </details>`;
}

/** @param {Messages} messages */
const closedBadge = (messages) => html`<span class="badge push">${messages("question.closed")}</span>`;

/**
 * The time that is left, filled in each second (activities.js).
 *
 * @param {ShownQuestion} question
 */
function limit({ closes_at: closesAt }) {
  return closesAt
    ? html`<span class="timer push" data-ends=${closesAt}>${icon("timer")}<span role="timer" data-left></span></span>`
    : nothing;
}

/** @param {Shown} shown */
function answerForm(shown) {
  const { kind, several } = shown.question;
  if (kind === "choice") return several ? severalForm(shown) : choiceButtons(shown);
  return kind === "scale" ? scaleButtons(shown) : textForm(shown);
}

/**
 * @param {Shown} shown
 * @param {(place: number) => void} onChoose
 */
function optionButtons({ state, question }, onChoose) {
  const chosen = chosenPlaces(state);
  const letters = lettersOf(question);
  return html`<div class="answers" role="group" aria-labelledby="question-text">
    ${question.options.map(
      (option, place) =>
        html`<button type="button" class="answer-button" aria-pressed=${String(chosen.includes(place))} @click=${() => onChoose(place)}>
          <span class="answer-key">${letters[place]}</span>
          <span class="answer-text" dir="auto">${option}</span>
          ${chosen.includes(place) ? icon("check") : nothing}
        </button>`,
    )}
  </div>`;
}

/** @param {Shown} shown */
function choiceButtons(shown) {
  return optionButtons(shown, (place) => shown.actions.send({ fields: [["option", String(place)]], chosen: [place] }));
}

/** @param {Shown} shown */
function severalForm(shown) {
  const { state, messages, actions } = shown;
  const chosen = chosenPlaces(state);
  const toggled = (/** @type {number} */ place) =>
    chosen.includes(place) ? chosen.filter((one) => one !== place) : [...chosen, place].sort();
  const sent = { fields: chosen.map((place) => ["option", String(place)]), chosen };
  return html`${optionButtons(shown, (place) => actions.edit({ chosen: toggled(place), status: "editing" }))}
    <button type="button" class="button button-large button-wide ${isSaved(state) ? "button-quiet" : ""}" ?disabled=${chosen.length === 0} @click=${() => actions.send(sent)}>
      ${messages("question.send")}
    </button>`;
}

/** @param {Shown} shown */
function scaleButtons({ state, question, actions }) {
  const value = chosenValue(state);
  const labels = labelsOf(question);
  return html`<div class="scale" role="group" aria-labelledby="question-text">
      ${SCALE.map(
        (step, place) =>
          html`<button type="button" class="scale-step" aria-pressed=${String(value === step)} aria-label=${labels[place]}
            @click=${() => actions.send({ fields: [["value", String(step)]], value: step })}>
            ${step}
          </button>`,
      )}
    </div>
    <p class="scale-ends" aria-hidden="true"><span dir="auto">${question.options[0]}</span><span dir="auto">${question.options[1]}</span></p>`;
}

/** @param {Shown} shown */
function textForm({ state, question, messages, actions }) {
  const text = writtenText(state);
  const edit = (/** @type {Event & {currentTarget: EventTarget | null}} */ { currentTarget }) =>
    actions.edit({ text: /** @type {HTMLInputElement} */ (currentTarget).value, status: "editing" });
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    actions.send({ fields: [["text", text]], text });
  };
  const longest = question.kind === "word" ? LONGEST.word : LONGEST.text;
  return html`<form class="stack-small" @submit=${submit}>
    ${
      question.kind === "word"
        ? html`<input name="text" required autocomplete="off" dir="auto" aria-labelledby="question-text" maxlength=${longest} .value=${text} @input=${edit}>`
        : html`<textarea name="text" rows="3" required dir="auto" aria-labelledby="question-text" maxlength=${longest} .value=${text} @input=${edit}></textarea>`
    }
    ${text.length < NEARLY_FULL * longest ? nothing : html`<p class="small soft">${messages("question.length", { count: text.length, longest })}</p>`}
    <button type="submit" class="button button-large button-wide ${isSaved(state) ? "button-quiet" : ""}">${messages("question.send")}</button>
  </form>`;
}

/**
 * Whether the server has what the form shows: its button is then no longer the main one of the page.
 *
 * @param {RoomActivities} state
 */
const isSaved = ({ own, draft }) => Boolean(own.answer && !draft);

/**
 * What became of the answer, and a button to send it again where it did not arrive.
 *
 * @param {Shown} shown
 */
function savedLine({ state, messages, actions }) {
  const { draft } = state;
  const again = draft?.status === "failed" ? { fields: draft.fields, chosen: draft.chosen, value: draft.value } : null;
  return html`<div class="question-foot">
    <span class=${draft?.status === "failed" ? "not-saved" : "answered"} role="status">${savedText(state, messages)}</span>
    ${again ? html`<button type="button" class="button button-small" @click=${() => actions.send(again)}>${messages("question.again")}</button>` : nothing}
    ${isSaved(state) ? html`<span>${messages("question.change")}</span>` : nothing}
  </div>`;
}

/**
 * @param {RoomActivities} state
 * @param {Messages} messages
 */
function savedText(state, messages) {
  const { draft } = state;
  if (draft?.status === "sending") return messages("sending");
  if (draft?.status === "failed") return draft.reason;
  return isSaved(state) ? messages("question.saved") : "";
}

/** @param {Shown} shown */
function ownAnswer({ state, question, messages }) {
  const { answer } = state.own;
  if (!answer) return nothing;
  const labels = labelsOf(question);
  const said = answer.text || (answer.value ? labels[answer.value - 1] : answer.chosen.map((place) => labels[place]).join(", "));
  return html`<p class="small soft">${messages("question.yours")} <strong><bdi>${said}</bdi></strong></p>`;
}
