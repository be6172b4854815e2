/** Dialogs that ask before something happens. They close once it has happened; an error opens them again. */

import { write } from "../lib/parts.js";
import { keepFocus } from "./focus.js";

/**
 * Returns open(). When `onConfirm` rejects, `failureText` makes the text that is shown, and the person can try again.
 *
 * @param {object} options
 * @param {HTMLDialogElement} options.dialog
 * @param {(error: unknown) => string} options.failureText
 * @param {(form: FormData) => Promise<void>} options.onConfirm
 */
export function confirmationDialog({ dialog, failureText, onConfirm }) {
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const confirm = /** @type {HTMLButtonElement} */ (form.querySelector("[value=confirm]"));
  const error = /** @type {HTMLElement} */ (form.querySelector("[data-error]"));
  const cancel = /** @type {HTMLButtonElement} */ (form.querySelector("[data-cancel]"));
  /** @type {Element | null} */
  let opener = null;

  // What was confirmed may have hidden the button that opened the dialog.
  dialog.addEventListener("close", () => keepFocus(opener));
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    confirm.disabled = true;
    error.hidden = true;
    try {
      await onConfirm(new FormData(form));
      dialog.close();
    } catch (failure) {
      console.error(failure);
      write(error, failureText(failure));
      error.hidden = false;
      // The student may have pressed Escape, and would not learn that it failed.
      if (!dialog.open) dialog.showModal();
    } finally {
      confirm.disabled = false;
    }
  });

  return function open() {
    opener = document.activeElement;
    form.reset();
    error.hidden = true;
    write(error, "");
    dialog.showModal();
  };
}
