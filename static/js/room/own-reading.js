/** "Your own signal": the student's last reading, drawn as the server sent it. */

import { percent, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

// A signal that is rewritten each second cannot be read.
const CALM_MS = 3000;

/**
 * Whether a new reading is shown at once: what the camera sees has changed, or enough time has passed.
 *
 * @param {Pick<Reading, "face" | "facing" | "taken_at"> | null} shown
 * @param {Pick<Reading, "face" | "facing" | "taken_at">} reading
 */
export const isDue = (shown, reading) =>
  !shown ||
  shown.face !== reading.face ||
  shown.facing !== reading.facing ||
  reading.taken_at - shown.taken_at >= CALM_MS;

/**
 * @param {object} options
 * @param {CameraParts} options.parts
 * @param {Messages} options.messages
 * @param {string} options.engagementUrl
 * @param {(sequence: number) => boolean} options.onWrong reports a wrong reading; returns whether it could be sent
 */
export function openOwnReading({ parts, messages, engagementUrl, onWrong }) {
  /** @type {Reading | null} */
  let shown = null;
  /** @type {Reading | null} */
  let newest = null;
  let isAnswerDue = false;
  parts.engagementLink.href = engagementUrl;
  parts.wrong.addEventListener("click", () => {
    if (!shown || parts.wrong.ariaDisabled === "true") return;
    if (!onWrong(shown.sequence)) return write(parts.wrongStatus, messages("not_sent"));
    // Once for each reading. A disabled button would lose the keyboard's focus.
    parts.wrong.setAttribute("aria-disabled", "true");
    isAnswerDue = true;
    write(parts.wrongStatus, messages("sending"));
  });

  /** @param {Reading} reading */
  const faceText = ({ face, facing }) => messages(face === "seen" && facing ? `own.seen.${facing}` : `own.${face}`);

  /** @param {Reading} reading */
  function drawExpression({ expression, probabilities }) {
    const values = expression &&
      probabilities && {
        expression: messages(`expression.${expression}`),
        percent: percent(probabilities[expression]),
      };
    write(parts.ownExpression, values ? messages("own.looks_like", values) : "");
  }

  /** @param {Reading} reading */
  function drawScore({ score, band }) {
    parts.ownScore.hidden = score === null;
    if (score === null || band === null) return;
    parts.ownScore.dataset.band = band;
    parts.ownScoreBar.value = score;
    write(parts.ownBand, messages("own.band", { percent: percent(score), band: messages(`band.${band}`) }));
  }

  /** @param {Reading} reading */
  function drawMix({ probabilities }) {
    parts.ownMix.hidden = !probabilities;
    if (probabilities) parts.ownMixRows.replaceChildren(...Object.entries(probabilities).map(mixRow));
  }

  /** @param {[string, number]} entry */
  function mixRow([expression, probability]) {
    const row = document.createElement("tr");
    const bar = document.createElement("progress");
    bar.value = probability;
    bar.dataset.expression = expression;
    // The number beside it says the same.
    bar.setAttribute("aria-hidden", "true");
    row.insertCell().textContent = messages(`expression.${expression}`);
    row.insertCell().append(bar);
    row.insertCell().textContent = percent(probability);
    return row;
  }

  /**
   * Returns false for an older reading than the newest: answers of two workers may overtake each other.
   *
   * @param {Reading} reading
   */
  function take(reading) {
    if (newest && reading.sequence < newest.sequence) return false;
    newest = reading;
    if (isDue(shown, reading)) draw(reading);
    return true;
  }

  /** @param {Reading} reading */
  function draw(reading) {
    shown = reading;
    write(parts.ownFace, messages("own.at", { face: faceText(reading), time: timeOfDay(reading.taken_at) }));
    drawExpression(reading);
    drawScore(reading);
    drawMix(reading);
    parts.wrong.removeAttribute("aria-disabled");
  }

  function clear() {
    shown = newest = null;
    parts.wrong.setAttribute("aria-disabled", "true");
    parts.ownScore.hidden = parts.ownMix.hidden = true;
    write(parts.ownFace, messages("own.waiting"));
    write(parts.ownExpression, "");
    write(parts.wrongStatus, "");
  }

  /** The server noted that the reading is wrong. */
  function noted() {
    isAnswerDue = false;
    write(parts.wrongStatus, messages("own.wrong"));
  }

  /** @param {{sequence?: number, code: string}} refusal */
  function refused({ sequence, code }) {
    isAnswerDue = false;
    write(parts.wrongStatus, messages(code === "too_many" ? "too_often" : "own.gone"));
    if (code === "too_many" && sequence === shown?.sequence) parts.wrong.removeAttribute("aria-disabled");
  }

  /** The connection was lost. */
  function lost() {
    if (isAnswerDue) write(parts.wrongStatus, messages("unanswered"));
    if (isAnswerDue && shown) parts.wrong.removeAttribute("aria-disabled");
    isAnswerDue = false;
  }

  clear();
  return { take, clear, noted, refused, lost, faceText };
}
