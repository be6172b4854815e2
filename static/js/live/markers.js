/** The teacher's notes on the timeline: one press sets a marker, and a field beside it names it now or later. */

import { elapsed, isolated, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { html, render, repeat } from "../lib/render.js";

/** @param {{parts: LiveParts, urls: {add: string, rename: string, remove: string}, messages: Messages}} options */
export function openMarkers({ parts, urls, messages }) {
  const form = parts.markerForm;
  const label = /** @type {HTMLInputElement} */ (form.elements.namedItem("label"));
  /** @type {Set<number>} */
  const removing = new Set();
  /**
   * The ID of the marker that the field names, which the server may not have sent yet; null where it set none.
   *
   * @type {Promise<number> | null}
   */
  let named = null;
  // How many requests were made, and which of them was told last.
  let requests = 0;
  let told = 0;
  parts.mark?.addEventListener("click", mark);
  parts.compactMark?.addEventListener("click", mark);
  parts.markerClose.addEventListener("click", closeForm);
  form.addEventListener("keydown", ({ key }) => key === "Escape" && closeForm());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rename();
  });

  /** Opens the field at once: a teacher who types on must not reach the single-letter shortcuts. */
  function mark() {
    openForm(add(), "");
  }

  function add() {
    const tell = nextTeller();
    const added = post(urls.add).then(({ id, at }) => {
      tell(messages("marker.set", { time: timeOfDay(Date.parse(at)) }));
      return id;
    });
    added.catch((error) => {
      say(error);
      if (named !== added) return;
      named = null;
      // The next try would be refused as well.
      if (isRefusal(error)) closeForm();
    });
    return added;
  }

  /** Answers may come in another order than requests: an earlier one does not replace what a later one told. */
  function nextTeller() {
    const request = ++requests;
    return (/** @type {string} */ text) => {
      if (request < told) return;
      told = request;
      write(parts.markerDone, text);
    };
  }

  /** @param {unknown} error */
  function say(error) {
    write(parts.markerDone, (isRefusal(error) && error.reason) || messages("post.failed"));
  }

  /**
   * @param {Promise<number>} id
   * @param {string} text
   */
  function openForm(id, text) {
    // What is being typed for another marker is saved, as Enter would.
    if (!form.hidden && label.value.trim() && label.value !== label.defaultValue) rename();
    named = id;
    label.value = label.defaultValue = text;
    form.hidden = false;
    label.focus();
  }

  function closeForm() {
    form.hidden = true;
    named = null;
    (parts.mark ?? parts.compactMark)?.focus();
  }

  async function rename() {
    const text = label.value;
    if (!text.trim()) return closeForm();
    named ??= add();
    const id = named;
    const tell = nextTeller();
    try {
      const marker = await post(urls.rename.replace("/0/", `/${await id}/`), { label: text });
      tell(messages("marker.saved", { label: isolated(marker.label) }));
      // Another marker may have been set meanwhile: the field is its own.
      if (named === id) closeForm();
    } catch (error) {
      say(error);
    }
  }

  /** @param {Marker} marker */
  async function remove(marker) {
    // A second click does nothing while the first is being sent.
    if (removing.has(marker.id)) return;
    removing.add(marker.id);
    try {
      await post(urls.remove.replace("/0/", `/${marker.id}/`));
      write(parts.markerRemoved, messages("marker.removed", { label: isolated(marker.label) }));
      // The button that had the focus is about to go.
      parts.markersTitle.focus();
    } catch {
      write(parts.markerRemoved, messages("post.failed"));
      removing.delete(marker.id);
    }
  }

  /**
   * @param {Marker} marker
   * @param {number} startedAt
   */
  function markerLine(marker, startedAt) {
    const text = `${timeOfDay(marker.at)} · ${elapsed(marker.at - startedAt)} · ${isolated(marker.label)}`;
    const name = html`<span class="visually-hidden">: ${marker.label}</span>`;
    return html`<li>
      <span>${text}</span>
      <button type="button" class="link-button" @click=${() => openForm(Promise.resolve(marker.id), marker.label)}>
        ${messages("marker.rename")}${name}
      </button>
      <details>
        <summary>${messages("marker.remove")}${name}</summary>
        <button type="button" class="button button-confirm" @click=${() => remove(marker)}>
          ${messages("marker.remove_for_good")}
        </button>
      </details>
    </li>`;
  }

  return {
    mark,
    draw(/** @type {LiveState} */ { markers, opened_at: openedAt, started_at: startedAt, closed_at: closedAt }) {
      if (parts.mark) parts.mark.hidden = Boolean(closedAt);
      const lines = repeat(
        markers,
        ({ id }) => id,
        (marker) => markerLine(marker, startedAt ?? openedAt),
      );
      render(lines, parts.markers);
    },
  };
}
