/** Single-letter shortcuts, which work while no field has the focus and can be turned off (WCAG 2.1.4). */

import { elementById, partsOf } from "../lib/parts.js";
import { html, render } from "../lib/render.js";
import { readChoice, saveChoice } from "./choices.js";

const CHOICE = "live-keys";
const TYPING = "input, select, textarea, [contenteditable]";

/** @param {{open: HTMLElement, messages: Messages, signal: AbortSignal}} options */
export function openKeys({ open, messages, signal }) {
  const dialog = /** @type {HTMLDialogElement} */ (elementById("keys-dialog"));
  const parts = /** @type {KeysParts} */ (partsOf(dialog));
  const box = parts.keysOn;
  /** @type {Map<string, {text: string, act: () => void}>} */
  const keys = new Map();
  box.checked = readChoice(CHOICE) !== "off";
  box.addEventListener("change", () => saveChoice(CHOICE, box.checked ? "on" : "off"));
  open.addEventListener("click", show);

  function show() {
    const rows = [...keys].map(([key, { text }]) => html`<dt><kbd>${key.toUpperCase()}</kbd></dt><dd>${text}</dd>`);
    render(rows, parts.keysList);
    dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    const key = keys.get(event.key.toLowerCase());
    if (!key || !box.checked || event.defaultPrevented || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    key.act();
  }

  document.addEventListener("keydown", press, { signal });

  /**
   * @param {string} key
   * @param {string} text for the help sheet
   * @param {() => void} act
   */
  function add(key, text, act) {
    keys.set(key, { text, act });
  }

  add("?", messages("key.help"), show);
  return { add };
}
