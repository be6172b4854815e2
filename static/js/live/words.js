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

/** @param {{parts: LiveParts, url: string, messages: Messages}} options */
export function openWords({ parts, url, messages }) {
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
      const hands = activities.hands.length;
      const chips = WORDS.filter(([word]) => said[word]).map(([word, sign]) => chip(sign, said[word], messages(`said.${word}`)));
      if (hands) chips.unshift(chip("hand", hands, messages("said.hands", { n: hands })));
      render(chips, parts.said);
      parts.said.hidden = chips.length === 0;
      parts.saidNothing.hidden = lost + chips.length > 0;
    },
  };
}

/**
 * @param {string} sign
 * @param {number} count
 * @param {string} text
 */
const chip = (sign, count, text) => html`<li class="chip">${icon(sign)}<span class="count">${count}</span> ${text}</li>`;
