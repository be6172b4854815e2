/** The teacher's notes on the timeline: the form adds one, the list removes one. */

import { elapsed, isolated, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";
import { html, render, repeat } from "../lib/render.js";

/** @param {{parts: LiveParts, urls: {add: string, remove: string}, messages: Messages}} options */
export function openMarkers({ parts, urls, messages }) {
  const form = parts.markerForm;
  const label = /** @type {HTMLInputElement} */ (form.elements.namedItem("label"));
  /** @type {Set<number>} */
  const removing = new Set();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add();
  });

  async function add() {
    try {
      const marker = await post(urls.add, { label: label.value });
      label.value = "";
      write(parts.markerDone, messages("marker.set", { time: timeOfDay(Date.parse(marker.at)) }));
    } catch (error) {
      write(parts.markerDone, (isRefusal(error) && error.reason) || messages("post.failed"));
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
    return html`<li>
      <span>${text}</span>
      <details>
        <summary>${messages("marker.remove")}<span class="visually-hidden">: ${marker.label}</span></summary>
        <button type="button" class="button button-danger" @click=${() => remove(marker)}>
          ${messages("marker.remove_for_good")}
        </button>
      </details>
    </li>`;
  }

  return function draw(/** @type {LiveState} */ { markers, opened_at: openedAt, started_at: startedAt, closed_at: closedAt }) {
    form.hidden = Boolean(closedAt);
    parts.noMarkers.hidden = markers.length > 0;
    const lines = repeat(
      markers,
      ({ id }) => id,
      (marker) => markerLine(marker, startedAt ?? openedAt),
    );
    render(lines, parts.markers);
  };
}
