/**
 * Changes the language by a reload: a page that is reloaded continues as the student before (identity-check.js), and
 * one that the form opens would ask who is there.
 */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.languages"));

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = new FormData(form);
  fields.delete("next");
  fields.set("language", /** @type {HTMLButtonElement} */ (event.submitter).value);
  const body = new URLSearchParams(/** @type {[string, string][]} */ ([...fields]));
  try {
    await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
  } catch (error) {
    console.warn("The language was not changed:", error);
    return;
  }
  location.reload();
});
