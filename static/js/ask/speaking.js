/** What students ask for: hands in their order, and their questions with upvotes. */

import { icon } from "../lib/icons.js";
import { write } from "../lib/parts.js";
import { html, nothing, render, repeat } from "../lib/render.js";

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 */
export function openHands(parts, { messages, act, focus, nameOf }) {
  parts.handsLower.addEventListener("click", () => act("hands"));

  /** @param {TeacherActivities["hands"][number]} hand */
  function handView({ participant, since }) {
    const lower = async () => (await act("hands", { participant })) && focus("handsTitle");
    const name = nameOf(participant);
    return html`<li>
      <span class="hand-name" dir="auto">${name}</span>
      <span class="hand-since" data-since=${since}></span>
      <button type="button" class="button button-quiet button-small" aria-label=${`${messages("hand.lower")}: ${name}`} @click=${lower}>${messages("hand.lower")}</button>
    </li>`;
  }

  return function draw(/** @type {TeacherActivities} */ { hands }) {
    parts.handsPlace.hidden = !hands.length;
    write(parts.handsCount, String(hands.length));
    render(repeat(hands, ({ participant }) => participant, handView), parts.hands);
  };
}

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 */
export function openAsked(parts, { messages, act, focus, nameOf }) {
  /**
   * @param {string} what
   * @param {string} id
   */
  const change = async (what, id) => (await act("asked", { do: what }, { id })) && focus("askedTitle");

  /**
   * @param {TeacherAsked} question
   * @param {[string, string][]} actions what to do, and the message on its button
   */
  function askedView({ id, text, participant, votes, status }, actions) {
    const who = participant ? html`<bdi>${nameOf(participant)}</bdi>` : messages("asked.anonymous");
    const about = status === "shown" ? nothing : html` · ${messages(`asked.${status}`)}`;
    return html`<li class=${status === "answered" ? "is-answered" : ""}>
      <span class="ask-votes" title=${messages("asked.votes", { count: votes })}>${icon("arrow-up", "small")}${votes}</span>
      <div>
        <p class="asked-text" dir="auto">${text}</p>
        <p class="asked-about">${who}${about}</p>
        <div class="toolbar">
          ${actions.map(
            ([what, label]) =>
              html`<button type="button" class="button button-quiet button-small" aria-label=${`${messages(label)}: ${text}`} @click=${() => change(what, id)}>${messages(label)}</button>`,
          )}
        </div>
      </div>
    </li>`;
  }

  /**
   * @param {TeacherAsked[]} questions
   * @param {[string, string][]} actions
   */
  const list = (questions, actions) =>
    questions.length ? html`<ul class="asked">${repeat(questions, ({ id }) => id, (one) => askedView(one, actions))}</ul>` : nothing;

  return function draw(/** @type {TeacherActivities} */ { asked }) {
    parts.askedPlace.hidden = !asked.length;
    const of = (/** @type {string[]} */ ...states) => asked.filter(({ status }) => states.includes(status));
    const [waiting, shown, done] = [of("waiting"), of("shown"), of("answered", "archived")];
    write(parts.askedCount, String(waiting.length + shown.length));
    render(
      html`${list(waiting, [["shown", "asked.approve"], ["erase", "asked.delete"]])}
      ${list(shown, [["answered", "asked.answered"], ["archived", "asked.archive"]])}
      ${done.length
        ? html`<details>
            <summary>${messages("asked.done", { count: done.length })}</summary>
            ${list(done, [["shown", "asked.show_again"], ["erase", "asked.delete"]])}
          </details>`
        : nothing}`,
      parts.asked,
    );
  };
}
