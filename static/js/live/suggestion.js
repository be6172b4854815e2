/** At most one suggestion, with its reason. What a teacher hides stays hidden on all their pages. */

import { write } from "../lib/parts.js";
import { post } from "../lib/post.js";

/** @param {{parts: LiveParts, url: string, messages: Messages}} options */
export function openSuggestion({ parts, url, messages }) {
  /** @type {LiveState["suggestion"]} */
  let shown = null;
  parts.snooze.addEventListener("click", () => reply("snooze"));
  parts.useless.addEventListener("click", () => reply("useless"));

  /** @param {"snooze" | "useless"} what */
  async function reply(what) {
    if (!shown) return;
    try {
      await post(url, { code: shown.code, do: what });
      parts.suggestion.hidden = true;
    } catch {
      write(parts.suggestionReason, messages("post.failed"));
    }
  }

  return function draw(/** @type {LiveState} */ { suggestion }) {
    if (suggestion === shown) return;
    shown = suggestion;
    parts.suggestion.hidden = !suggestion;
    write(parts.suggestionText, suggestion?.text ?? "");
    write(parts.suggestionMove, suggestion?.move ?? "");
    write(parts.suggestionReason, suggestion?.reason ?? "");
    write(parts.suggestionDisagrees, suggestion?.disagrees ?? "");
  };
}
