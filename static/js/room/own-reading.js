// The student's own last reading, drawn as the server sent it.

import { percent, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

export function openOwnReading({ parts, messages, engagementUrl, onWrong }) {
  let shown = null;
  let isAnswerOwed = false;
  parts.engagementLink.href = engagementUrl;
  parts.wrong.addEventListener("click", () => {
    if (parts.wrong.ariaDisabled === "true") return;
    if (!onWrong(shown.sequence)) return write(parts.wrongSaid, messages("not_said"));
    parts.wrong.setAttribute("aria-disabled", "true"); // once for each reading; not disabled: the focus stays there
    isAnswerOwed = true;
    write(parts.wrongSaid, messages("sending"));
  });

  const faceMessage = ({ face, facing }) => messages(face === "seen" && facing ? `own.seen.${facing}` : `own.${face}`);

  function drawFace(reading) {
    write(parts.ownFace, messages("own.at", { face: faceMessage(reading), time: timeOfDay(reading.taken_at) }));
  }

  function drawExpression({ expression, probabilities }) {
    const said = expression && {
      expression: messages(`expression.${expression}`),
      percent: percent(probabilities[expression]),
    };
    write(parts.ownExpression, said ? messages("own.looks_like", said) : "");
  }

  function drawScore({ score, band }) {
    parts.ownScore.hidden = score === null;
    if (score === null) return;
    parts.ownScore.dataset.band = band;
    parts.ownScoreBar.value = score;
    write(parts.ownBand, messages("own.band", { percent: percent(score), band: messages(`band.${band}`) }));
  }

  function drawMix({ probabilities }) {
    parts.ownMix.hidden = !probabilities;
    if (probabilities) parts.ownMixRows.replaceChildren(...Object.entries(probabilities).map(mixRow));
  }

  function mixRow([expression, probability]) {
    const row = document.createElement("tr");
    const bar = document.createElement("progress");
    bar.value = probability;
    bar.dataset.expression = expression;
    bar.setAttribute("aria-hidden", "true"); // the number beside it says the same
    row.insertCell().textContent = messages(`expression.${expression}`);
    row.insertCell().append(bar);
    row.insertCell().textContent = percent(probability);
    return row;
  }

  /** False for an older one: answers of two workers may overtake each other. */
  function draw(reading) {
    if (shown && reading.sequence < shown.sequence) return false;
    shown = reading;
    drawFace(reading);
    drawExpression(reading);
    drawScore(reading);
    drawMix(reading);
    parts.wrong.removeAttribute("aria-disabled");
    return true;
  }

  function clear() {
    shown = null;
    parts.wrong.setAttribute("aria-disabled", "true");
    parts.ownScore.hidden = parts.ownMix.hidden = true;
    write(parts.ownFace, messages("own.waiting"));
    write(parts.ownExpression, "");
    write(parts.wrongSaid, "");
  }

  function noted() {
    isAnswerOwed = false;
    write(parts.wrongSaid, messages("own.wrong"));
  }

  function refuse({ sequence, code }) {
    isAnswerOwed = false;
    write(parts.wrongSaid, messages(code === "too_many" ? "too_often" : "own.gone"));
    if (code === "too_many" && sequence === shown?.sequence) parts.wrong.removeAttribute("aria-disabled");
  }

  function lost() {
    if (isAnswerOwed) write(parts.wrongSaid, messages("unanswered"));
    if (isAnswerOwed && shown) parts.wrong.removeAttribute("aria-disabled");
    isAnswerOwed = false;
  }

  clear();
  return { draw, clear, noted, refuse, lost, spoken: faceMessage };
}
