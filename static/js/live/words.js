/** What students say now, as chips with counts: lost first, which the teacher can answer with "Got it". */

import { timeOfDay } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { html, render } from "../lib/render.js";

/**
 * What students say beside "lost", in the order of the chips, each with its icon.
 *
 * @type {[string, string][]}
 */
const WORDS = [
  ["too_fast", "rabbit"],
  ["too_slow", "turtle"],
  ["too_hard", "arrow-up"],
  ["too_easy", "arrow-down"],
  ["pace_right", "thumbs-up"],
  ["difficulty_right", "thumbs-up"],
  ["wrong_reading", "circle-x"],
];

const UNANSWERED = new Set(["waiting", "shown"]);

/** @param {TeacherActivities} activities */
export const unanswered = ({ asked }) => asked.filter(({ status }) => UNANSWERED.has(status)).length;

/**
 * `drawLists` draws what the chips lead to, which may be a moment behind them, and hidden until then.
 *
 * @param {{parts: LiveParts, url: string, messages: Messages, isCompact: boolean, drawLists: () => void}} options
 */
export function openWords({ parts, url, messages, isCompact, drawLists }) {
  parts.gotIt.addEventListener("click", gotIt);

  async function gotIt() {
    if (parts.lostRow.hidden) return;
    try {
      await post(url);
      write(parts.gotItDone, messages("got_it", { time: timeOfDay(Date.now()) }));
    } catch (error) {
      write(parts.gotItDone, (isRefusal(error) && error.reason) || messages("post.failed"));
    }
  }

  return {
    gotIt,
    draw(/** @type {LiveState} */ { said, activities, closed_at: closedAt }) {
      const lost = said.lost ?? 0;
      parts.lostRow.hidden = lost === 0;
      parts.gotIt.hidden = Boolean(closedAt);
      write(parts.lostCount, String(lost));
      if (lost) write(parts.gotItDone, "");
      const chips = WORDS.filter(([word]) => said[word]).map(([word, sign]) => html`<li class="chip">${content(sign, said[word], messages(`said.${word}`))}</li>`);
      chips.unshift(...waiting(activities));
      render(chips, parts.said);
      parts.said.hidden = chips.length === 0;
      parts.saidNothing.hidden = lost + chips.length > 0;
    },
  };

  /**
   * Who waits for the teacher. Each leads to its list, which stands far below on a phone; the small window has none.
   *
   * @param {TeacherActivities} activities
   */
  function waiting(activities) {
    /** @type {[number, string, string, string][]} */
    const lists = [
      [activities.hands.length, "hand", "said.hands", "#hands-title"],
      [unanswered(activities), "message-circle-question-mark", "said.asked", "#asked-title"],
    ];
    return lists.filter(([count]) => count).map(([count, sign, key, list]) => {
      const text = content(sign, count, messages(key, { n: count }));
      return isCompact ? html`<li class="chip">${text}</li>` : html`<li><a class="chip" href=${list} @click=${drawLists}>${text}</a></li>`;
    });
  }
}

/**
 * @param {string} sign
 * @param {number} count
 * @param {string} text
 */
const content = (sign, count, text) => html`${icon(sign)}<span class="count">${count}</span> ${text}`;
