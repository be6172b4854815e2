// The student's own word: pace, difficulty, "I'm lost".

import { timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

const LOST_PAUSE_MS = 10_000; // one confused moment is one "I'm lost"

/** say(kind, value) returns whether it could be sent; refuse() is told of the last one. */
export function openPulses({ root, parts, words, after, say }) {
  let takeBack = () => {};

  function tell(kind, value) {
    const isSent = say(kind, value);
    write(parts.said, isSent ? words("said", { time: timeOfDay(Date.now()) }) : words("not_said"));
    return isSent;
  }

  parts.lost.addEventListener("click", () => {
    if (parts.lost.ariaDisabled === "true" || !tell("lost")) return;
    takeBack = () => {};
    parts.lost.setAttribute("aria-disabled", "true"); // not disabled: the keyboard's focus stays where it is
    after(LOST_PAUSE_MS, () => parts.lost.removeAttribute("aria-disabled"));
  });

  for (const choice of root.querySelectorAll("[data-pulse]")) {
    choice.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button || !tell(choice.dataset.pulse, Number(button.value))) return;
      const before = choice.querySelector("[aria-pressed=true]");
      takeBack = () => press(choice, before);
      press(choice, button);
    });
  }
  return {
    refuse() {
      write(parts.said, words("too_often"));
      takeBack();
    },
  };
}

function press(choice, pressed) {
  for (const button of choice.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === pressed));
}
