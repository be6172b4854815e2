/** Who said what, and which words the class sees. */

import { labelsOf } from "../activities/labels.js";

/**
 * The words that the class sees, those that the teacher has hidden, and those that too few said.
 *
 * @param {Pick<TeacherQuestion, "words" | "hidden_words" | "result">} question
 */
export function sortedWords({ words, hidden_words: hidden, result }) {
  const inCloud = new Set((result?.cloud ?? []).map(([word]) => word));
  const isHidden = (/** @type {string} */ folded) => hidden.includes(folded);
  return {
    shown: words.filter(([folded, word]) => inCloud.has(word) && !isHidden(folded)),
    hidden: words.filter(([folded]) => isHidden(folded)),
    rare: words.filter(([folded, word]) => !inCloud.has(word) && !isHidden(folded)),
  };
}

/**
 * Each answer with those who gave it.
 *
 * @param {Pick<TeacherQuestion, "kind" | "options" | "answers">} question
 */
export function answeredBy({ kind, options, answers }) {
  const who = (/** @type {(answer: OwnAnswer) => boolean} */ gave) => answers.filter(gave).map(({ participant }) => participant);
  if (kind === "word") {
    return [...new Set(answers.map(({ text }) => text))].map((word) => ({ label: word, participants: who(({ text }) => text === word) }));
  }
  const gave = (/** @type {OwnAnswer} */ { chosen, value }, /** @type {number} */ place) => (kind === "scale" ? value === place + 1 : chosen.includes(place));
  return labelsOf({ kind, options }).map((label, place) => ({ label, participants: who((answer) => gave(answer, place)) }));
}
