// The student's own word: pace, difficulty, "I'm lost".

import { timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";

const LOST_PAUSE_MS = 10_000; // one confused moment is one "I'm lost"

/** say(kind, value) returns whether it could be sent; refuse({kind, value}) takes just that back. */
export function openPulses({ root, parts, words, after, say }) {
  const before = new Map(); // what was pressed before, by kind

  function tell(kind, value) {
    const isSent = say(kind, value);
    write(parts.said, isSent ? words("said", { time: timeOfDay(Date.now()) }) : words("not_said"));
    return isSent;
  }

  parts.lost.addEventListener("click", () => {
    if (parts.lost.ariaDisabled === "true" || !tell("lost")) return;
    parts.lost.setAttribute("aria-disabled", "true"); // not disabled: the keyboard's focus stays where it is
    after(LOST_PAUSE_MS, () => parts.lost.removeAttribute("aria-disabled"));
  });

  for (const choice of root.querySelectorAll("[data-pulse]")) {
    choice.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button || !tell(choice.dataset.pulse, Number(button.value))) return;
      before.set(choice.dataset.pulse, choice.querySelector("[aria-pressed=true]"));
      press(choice, button);
    });
  }

  return {
    refuse({ kind, value }) {
      write(parts.said, words("too_often"));
      const refused = root.querySelector(`[data-pulse=${kind}] [aria-pressed=true][value="${value}"]`);
      if (refused) press(refused.parentElement, before.get(kind));
    },
  };
}

function press(choice, pressed) {
  for (const button of choice.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === pressed));
}
