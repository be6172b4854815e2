/** What was asked in this session, beside the timeline that has the same questions as ticks. */

import { timeOfDay } from "../lib/format.js";
import { html, render } from "../lib/render.js";

/** @param {{parts: LiveParts, messages: Messages}} options */
export function openAskedQuestions({ parts, messages }) {
  return function draw(/** @type {LiveState} */ { questions }) {
    const lines = questions.map(
      ({ at, text, answered, asked }) =>
        html`<li>${timeOfDay(at)} · <bdi>${messages("chart.question", { text, answered, asked })}</bdi></li>`,
    );
    render(lines, parts.questions);
  };
}
