/** What students say now, as chips with counts: lost first, which the teacher can answer with "Got it". */

import { timeOfDay } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { html, render } from "../lib/render.js";

/**
 * What students say of pace and difficulty: what asks for a change first, each with its icon.
 *
 * @type {Record<string, [string, string | null][]>}
 */
const SCALES = {
  pace: [["too_fast", "rabbit"], ["too_slow", "turtle"], ["pace_right", null]],
  difficulty: [["too_hard", "arrow-up"], ["too_easy", "arrow-down"], ["difficulty_right", null]],
};

const UNANSWERED = new Set(["waiting", "shown"]);

/** @param {TeacherActivities} activities */
export const unanswered = ({ asked }) => asked.filter(({ status }) => UNANSWERED.has(status)).length;

/**
 * drawLists() draws at once the lists that the chips link to: a list that is still hidden cannot be jumped to.
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
      const hadFocus = parts.lostRow.contains(document.activeElement);
      parts.lostRow.hidden = lost === 0;
      if (hadFocus && parts.lostRow.hidden) parts.gotItDone.focus();
      parts.gotIt.hidden = Boolean(closedAt);
      write(parts.lostCount, String(lost));
      if (lost) write(parts.gotItDone, "");
      const chips = [...waiting(activities), ...Object.keys(SCALES).map((scale) => opinions(scale, said))].filter(Boolean);
      if (said.wrong_reading) chips.push(html`<li class="chip">${content("circle-x", said.wrong_reading, messages("said.wrong_reading"))}</li>`);
      render(chips, parts.said);
      parts.said.hidden = chips.length === 0;
      parts.saidNothing.hidden = lost + chips.length > 0;
    },
  };

  /**
   * One chip for all opinions on a scale, or null without any: a chip for each would fill the first screen.
   *
   * @param {string} scale
   * @param {LiveState["said"]} said
   */
  function opinions(scale, said) {
    const given = SCALES[scale].filter(([word]) => said[word]);
    if (!given.length) return null;
    const counts = given.map(([word, sign]) => html`<span class="opinion">${content(sign, said[word], messages(`said.${word}`))}</span>`);
    return html`<li class="chip opinions"><span class="soft">${messages(`said.${scale}`)}</span>${counts}</li>`;
  }

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
      // In Arabic, "two hands" are words that have no number beside them.
      const text = html`${icon(sign)}<span>${messages(key, { n: count })}</span>`;
      return isCompact ? html`<li class="chip">${text}</li>` : html`<li><a class="chip" href=${list} @click=${drawLists}>${text}</a></li>`;
    });
  }
}

/**
 * @param {string | null} sign
 * @param {number} count
 * @param {string} text
 */
const content = (sign, count, text) => html`${sign && icon(sign)}<span class="count">${count}</span> ${text}`;
