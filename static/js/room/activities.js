/** What needs no camera: the open question, hands, questions to the teacher, the timer, being chosen, groups. */

import { openCountdown } from "../activities/countdown.js";
import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { nothing, render } from "../lib/render.js";
import {
  NOTHING_KNOWN,
  newsOf,
  wasLostSeen,
  withAsked,
  withDraft,
  withLoaded,
  withOwn,
  withSavedAnswer,
  withShared,
} from "./activities-state.js";
import { askedList, pickCard, toldLines } from "./asked-list.js";
import { openFreshLoader } from "./fresh-loader.js";
import { questionCard } from "./question-card.js";

// Stands for a question's id in the address of an upvote.
const PLACEHOLDER_ID = "00000000-0000-0000-0000-000000000000";
// A network that carries nothing leaves a POST without an answer for minutes.
const ANSWER_WAIT_MS = 10_000;
// Until what the server knows is read again, where it could not be read.
const RETRY_MS = 5_000;
// From then on the time that is left is shown as nearly over.
const ENDING_MS = 10_000;
// How long "Your teacher has seen ..." stays.
const SEEN_MS = 120_000;

/**
 * @param {object} options
 * @param {RoomParts} options.parts
 * @param {Messages} options.messages
 * @param {RoomConfig["urls"]} options.urls
 * @param {AbortSignal} options.signal
 * @param {(said: OwnActivities["said"]) => void} options.onSaid what the server knows of this student's buttons
 * @param {() => void} options.onLostSeen the teacher has answered those who are lost
 */
export function openActivities({ parts, messages, urls, signal, onSaid, onLostSeen }) {
  let state = NOTHING_KNOWN;
  let isAsking = false;
  /**
   * The newest answer that the student has sent.
   *
   * @type {AnswerDraft | null}
   */
  let newestAnswer = null;
  /** @type {Promise<unknown>} */
  let lastSent = Promise.resolve();
  const pageTitle = document.title;
  const countdown = openCountdown(signal, drawTimes);
  const fresh = openFreshLoader({ load, isOlder, take });
  signal.addEventListener("abort", () => (document.title = pageTitle), { once: true });

  /** @param {RoomActivities} next */
  function change(next) {
    const before = state;
    state = next;
    const news = newsOf(before, next);
    if (news) announce(news.key, { text: news.text });
    if (before.own.pick !== next.own.pick && next.own.pick === "asked") announce("pick.title");
    if (wasLostSeen(before, next)) onLostSeen();
    draw();
  }

  /**
   * @param {string} key
   * @param {Record<string, string>} [values]
   */
  function announce(key, values) {
    // Always a new text node: the same question asked twice is read out twice.
    parts.news.replaceChildren(messages(key, values));
  }

  // --- drawing ------------------------------------------------------------------------------------

  function draw() {
    const { shared, own } = state;
    if (!shared || signal.aborted) return;
    const { question, asked, hands } = shared;
    const held = heldBy(document.activeElement);
    render(own.pick === "asked" ? pickCard(messages, replyToPick) : nothing, parts.pick);
    render(questionCard({ state, messages, actions: { edit, send: answer } }), parts.question);
    if (held && !held.contains(document.activeElement)) moveFocus(held);
    parts.idle.hidden = question !== null || own.pick === "asked";
    parts.hand.hidden = !hands.allowed && !own.hand;
    parts.hand.setAttribute("aria-pressed", String(own.hand));
    parts.asking.hidden = !asked.allowed && asked.questions.length + own.asked.length === 0;
    parts.askForm.hidden = !asked.allowed;
    write(parts.askHelp, messages(asked.anonymous ? "ask.anonymous" : "ask.named"));
    write(parts.askCount, asked.questions.length ? String(asked.questions.length) : "");
    render(askedList(state, messages, vote), parts.askedList);
    document.title = question?.open ? `● ${question.text}` : pageTitle;
    drawTimes();
  }

  /** @param {Element | null} focused */
  const heldBy = (focused) => [parts.pick, parts.question].find((part) => part.contains(focused));

  /**
   * What had the focus is gone: a screen reader goes on at the heading that came instead.
   *
   * @param {HTMLElement} part
   */
  function moveFocus(part) {
    const heading = part.querySelector("h3") ?? parts.question.querySelector("h3") ?? parts.classTitle;
    heading.focus({ preventScroll: true });
  }

  function drawTimes() {
    const timer = state.shared?.timer;
    parts.timer.hidden = !timer;
    if (timer) {
      write(parts.timerLabel, timer.label || messages("timer"));
      drawLeft(parts.timer, timer.ends_at);
    }
    const limit = /** @type {HTMLElement | null} */ (parts.question.querySelector("[data-ends]"));
    if (limit) drawLeft(limit, Number(limit.dataset.ends));
    const seen = state.shared?.seen_lost;
    const isLately = seen && countdown.left(seen.at) > -SEEN_MS;
    render(toldLines(state.own.group, isLately ? seen.count : 0, messages), parts.told);
  }

  /**
   * @param {HTMLElement} place
   * @param {number} endsAt
   */
  function drawLeft(place, endsAt) {
    const left = countdown.left(endsAt);
    const text = /** @type {HTMLElement} */ (place.querySelector("[data-left]"));
    place.dataset.state = left <= 0 ? "over" : left <= ENDING_MS ? "ending" : "running";
    write(text, left <= 0 ? messages("time_up") : countdown.textUntil(endsAt));
  }

  // --- what the student does ----------------------------------------------------------------------

  /** @param {Partial<AnswerDraft>} changes */
  const edit = (changes) => change(withDraft(state, changes));

  /** @param {Partial<AnswerDraft> & {fields: AnswerDraft["fields"]}} wish */
  function answer(wish) {
    const question = state.shared?.question;
    if (!question) return;
    edit({ ...wish, status: "sending" });
    const draft = (newestAnswer = state.draft);
    // One after the other: two that overtake each other would leave the older one saved.
    lastSent = lastSent.then(() => sendAnswer(question.id, draft));
  }

  /**
   * @param {string} question
   * @param {AnswerDraft | null} draft
   */
  async function sendAnswer(question, draft) {
    // A newer answer is waiting, or the teacher has asked something else.
    if (!draft || draft !== newestAnswer || state.shared?.question?.id !== question) return;
    const saved = await send(urls.answer, [["question", question], ...draft.fields]);
    if (saved.ok) change(withSavedAnswer(state, question, saved.data.answer, draft));
    else if (state.draft === draft) edit({ status: "failed", reason: saved.reason });
  }

  /** @param {"accept" | "pass"} wish */
  async function replyToPick(wish) {
    const saved = await send(urls.pick, { do: wish });
    tell(saved.ok ? messages(wish === "pass" ? "pick.passed" : "pick.accepted") : saved.reason);
    if (saved.ok) change(withOwn(state, { pick: null }));
    // It may be over, or it was too often.
    else if (saved.wasRefused) fresh.reload();
  }

  /**
   * @param {string} id
   * @param {boolean} up
   */
  async function vote(id, up) {
    const saved = await send(urls.vote.replace(PLACEHOLDER_ID, id), { up: up ? "1" : "0" });
    if (!saved.ok) return write(parts.askStatus, saved.reason);
    const others = state.own.votes.filter((one) => one !== id);
    change(withOwn(state, { votes: up ? [...others, id] : others }));
  }

  async function raiseHand() {
    const up = !state.own.hand;
    const saved = await send(urls.hand, { up: up ? "1" : "0" });
    tell(saved.ok ? messages(up ? "hand.raised" : "hand.lowered") : saved.reason);
    if (saved.ok) change(withOwn(state, { hand: up }));
  }

  /** @param {SubmitEvent} event */
  async function ask(event) {
    event.preventDefault();
    // Pressed twice, it is asked once.
    if (isAsking) return;
    isAsking = true;
    write(parts.askStatus, messages("sending"));
    const text = parts.askText.value;
    const saved = await send(urls.ask, { text });
    isAsking = false;
    if (saved.ok) {
      // The next question may have been typed meanwhile.
      if (parts.askText.value === text) parts.askForm.reset();
      const { id, status } = saved.data;
      change(withAsked(state, { id, status, text: text.trim() }));
    }
    write(parts.askStatus, saved.ok ? messages(saved.data.status === "waiting" ? "ask.waiting" : "ask.shown") : saved.reason);
  }

  /** @param {string} text */
  const tell = (text) => write(parts.pulseStatus, text);

  /**
   * @param {string} url
   * @param {Record<string, string> | string[][]} fields
   * @returns {Promise<{ok: true, data: any} | {ok: false, wasRefused: boolean, reason: string}>}
   */
  async function send(url, fields) {
    try {
      return { ok: true, data: await post(url, fields, { signal: AbortSignal.timeout(ANSWER_WAIT_MS) }) };
    } catch (error) {
      const wasRefused = isRefusal(error);
      return { ok: false, wasRefused, reason: (wasRefused && error.reason) || messages("not_saved") };
    } finally {
      fresh.changed();
    }
  }

  // --- what the server knows ----------------------------------------------------------------------

  /** Tries again until the server answers: no message of the socket says all of this. */
  async function load() {
    while (!signal.aborted) {
      try {
        const response = await fetch(urls.activities, { headers: { Accept: "application/json" }, signal });
        if (response.ok) return await response.json();
        if (response.status < 500) return null;
      } catch (error) {
        if (!signal.aborted) console.warn("The activities were not read:", error);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    return null;
  }

  /** @param {{shared: SharedActivities, own: OwnActivities}} loaded */
  function isOlder({ shared }) {
    return state.shared !== null && shared.revision < state.shared.revision;
  }

  /** @param {{shared: SharedActivities, own: OwnActivities}} loaded */
  function take(loaded) {
    countdown.received(loaded.shared.server_time);
    onSaid(loaded.own.said);
    change(withLoaded(state, loaded));
  }

  /** @param {Partial<OwnActivities>} changes what only this student's page is told */
  function takeOwn(changes) {
    fresh.changed();
    change(withOwn(state, changes));
  }

  parts.hand.addEventListener("click", raiseHand);
  parts.askForm.addEventListener("submit", ask);

  return {
    /** Reads everything again: after a welcome, because messages may have been missed. */
    reload: fresh.reload,
    /** The server has noted a pulse, which an answer on its way may not have. */
    pulseNoted: fresh.changed,
    /** @param {SharedActivities} message */
    takeShared(message) {
      countdown.received(message.server_time);
      change(withShared(state, message));
    },
    /** @param {"asked" | "accepted" | "passed" | "missed"} pick */
    takePick(pick) {
      if (pick === "missed") tell(messages("pick.missed"));
      takeOwn({ pick: pick === "asked" ? pick : null });
    },
    /** @param {number} group */
    takeGroup: (group) => takeOwn({ group }),
    /** @param {boolean} hand */
    takeHand: (hand) => takeOwn({ hand }),
  };
}
