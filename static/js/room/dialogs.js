// A question with one consequence: it stays open, and says so, until the consequence has happened.

import { write } from "../lib/parts.js";
import { keepPlace } from "./focus.js";

/** onConfirm(formData) may reject: then failure(error) is shown and the person can try again. Returns open(). */
export function questionFrom({ dialog, failure, onConfirm }) {
  const form = dialog.querySelector("form");
  const confirm = form.querySelector("[value=confirm]");
  const error = form.querySelector("[data-error]");
  let opener = null;

  dialog.addEventListener("close", () => keepPlace(opener)); // what it did may have put the opener away

  form.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    confirm.disabled = true;
    try {
      await onConfirm(new FormData(form));
      dialog.close();
    } catch (failed) {
      console.error(failed);
      write(error, failure(failed));
      error.hidden = false;
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
