// The student's own word: pace, difficulty, "I'm lost". It counts as said once the server has noted it.

import { timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

const LOST_PAUSE_MS = 10_000; // one confused moment is one "I'm lost"

/** say(kind, value) returns whether it could be sent; now() is the time to tell; noted(), refuse() or lost() is told what became of it. */
export function openPulses({ root, parts, messages, after, say, now }) {
  let unanswered = 0;
  let cancelPause = () => {};

  function tell(kind, value) {
    const isSent = say(kind, value);
    if (isSent) unanswered += 1;
    write(parts.said, messages(isSent ? "sending" : "not_said"));
    return isSent;
  }

  parts.lost.addEventListener("click", () => {
    if (parts.lost.ariaDisabled === "true" || !tell("lost")) return;
    parts.lost.setAttribute("aria-disabled", "true"); // not disabled: the keyboard's focus stays where it is
    cancelPause = after(LOST_PAUSE_MS, endPause);
  });

  function endPause() {
    cancelPause();
    parts.lost.removeAttribute("aria-disabled");
  }

  for (const choice of root.querySelectorAll("[data-pulse]")) {
    choice.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) tell(choice.dataset.pulse, Number(button.value));
    });
  }

  function answer(sentence) {
    unanswered -= 1;
    write(parts.said, sentence);
  }

  return {
    noted({ kind, value }) {
      answer(messages("said", { time: timeOfDay(now()) }));
      const choice = root.querySelector(`[data-pulse=${kind}]`);
      if (choice) press(choice, value);
    },
    refuse: () => answer(messages("too_often")),
    lost() {
      if (unanswered > 0) {
        write(parts.said, messages("unanswered"));
        endPause();
      }
      unanswered = 0;
    },
  };
}

function press(choice, value) {
  for (const button of choice.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.value) === value));
  }
}
