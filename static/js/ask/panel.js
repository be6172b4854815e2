/** Asking on the live page: one tap, a prepared question or a new one, and the question that the class sees. */

import { timeOfDay } from "../lib/format.js";
import { html, nothing, render, repeat } from "../lib/render.js";
import { NO_OFFERS, offerNow, readOffers } from "./offers.js";
import { shownQuestion } from "./question-view.js";

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 * @param {{dialog: HTMLDialogElement, offersUrl: string, signal: AbortSignal}} options
 */
export function openPanel(parts, context, { dialog, offersUrl, signal }) {
  const { messages, act, focus } = context;
  let offers = NO_OFFERS;
  let now = 0;
  /** @type {string | null | undefined} */
  let questionId;

  for (const button of readyButtons()) button.addEventListener("click", () => ask({ ready: button.dataset.ready ?? "" }));
  for (const opener of [parts.askMore, parts.askOpen]) opener?.addEventListener("click", open);
  parts.askForm.addEventListener("submit", askNew);
  // They may have been prepared in another tab.
  window.addEventListener("focus", refresh, { signal });

  /** @returns {HTMLButtonElement[]} */
  function readyButtons() {
    return [parts.askPanel, dialog].flatMap((place) => [...place.querySelectorAll("button")].filter(({ dataset }) => dataset.ready));
  }

  async function refresh() {
    offers = (await readOffers(offersUrl)) ?? offers;
    drawOffers();
  }

  function open() {
    dialog.showModal();
    refresh();
  }

  /**
   * @param {Record<string, string> | string[][]} fields
   * @param {HTMLElement} failed
   */
  async function ask(fields, failed = dialog.open ? parts.dialogFailed : parts.askFailed) {
    const isAsked = await act("ask", fields, { failed });
    if (!isAsked) return false;
    if (dialog.open) dialog.close();
    focus("askTitle");
    return true;
  }

  /** @param {SubmitEvent} event */
  async function askNew(event) {
    event.preventDefault();
    const fields = /** @type {[string, string][]} */ ([...new FormData(parts.askForm)]);
    if (!(await ask(fields, parts.formFailed))) return;
    parts.askForm.reset();
    parts.askNew.open = false;
  }

  function drawOffers() {
    const offer = offerNow(offers, now);
    render(offer ? offerView(offer) : nothing, parts.askOffer);
    parts.preparedNone.hidden = offers.questions.length > 0;
    if (dialog.open) render(repeat(offers.questions, ({ id }) => id, preparedView), parts.prepared);
  }

  /** @param {Offer} offer */
  function offerView(offer) {
    return html`<div class="ask-offer">
      <p class="ask-offer-text"><span class="soft small">${messages(offer.role ? `role.${offer.role}` : "offer.next")}</span> <bdi>${offer.text}</bdi></p>
      ${askButton(offer, "ask.ask", "button-quiet")}
    </div>`;
  }

  /**
   * @param {Pick<Offer, "id" | "text">} offer
   * @param {string} label
   * @param {string} look
   */
  function askButton({ id, text }, label, look) {
    const send = () => ask({ prepared: String(id) });
    return html`<button type="button" class="button ${look} button-small" aria-label=${`${messages(label)}: ${text}`} @click=${send}>${messages(label)}</button>`;
  }

  /** @param {Offer} offer */
  function preparedView({ id, text, role, anonymous, asked_at: askedAt }) {
    const about = [role && messages(`role.${role}`), messages(anonymous ? "names.no" : "names.yes")];
    if (askedAt) about.push(messages("ask.asked_at", { time: timeOfDay(askedAt) }));
    return html`<li>
      <div class="listing-text">
        <p dir="auto">${text}</p>
        <p class="soft small">${about.filter(Boolean).join(" · ")}</p>
      </div>
      ${askedAt ? askButton({ id, text }, "ask.again", "button-plain") : askButton({ id, text }, "ask.ask", "button-quiet")}
    </li>`;
  }

  return {
    open,
    /** @param {number} time of the server: a check-in and an exit ticket have theirs */
    drawOffers(time) {
      now = time;
      drawOffers();
    },
    /** @param {AskState} state */
    draw({ activities: { question }, closed_at: closedAt }) {
      parts.askPanel.hidden = Boolean(closedAt);
      render(shownQuestion(question, context), parts.askShown);
      // Somebody has asked something, which may have been prepared.
      if (questionId !== (question?.id ?? null)) refresh();
      questionId = question?.id ?? null;
    },
  };
}
