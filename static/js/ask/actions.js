/** What the teacher does here goes to the server by POST. A second click before the first is answered does nothing. */

import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";

// Stands for the question in the addresses that the template writes.
const PLACEHOLDER_ID = "00000000-0000-0000-0000-000000000000";

/**
 * act("question", { do: "close" }, { id }) tells whether it was done, and writes why not into `failed`.
 *
 * @param {{urls: DOMStringMap, messages: Messages, failed: HTMLElement}} options
 * @returns {Act}
 */
export function openActions({ urls, messages, failed: usualPlace }) {
  /** @type {Set<string>} */
  const running = new Set();

  return async function act(name, fields = {}, { id = "", failed = usualPlace } = {}) {
    const url = (urls[`${name}Url`] ?? "").replace(PLACEHOLDER_ID, id);
    const key = `${url} ${new URLSearchParams(fields)}`;
    if (running.has(key)) return false;
    running.add(key);
    write(failed, "");
    try {
      await post(url, fields);
      return true;
    } catch (error) {
      write(failed, (isRefusal(error) && error.reason) || messages("ask.failed"));
      return false;
    } finally {
      running.delete(key);
    }
  };
}
