// The teacher's own notes on the timeline: set by the form, and each of them removed in the list.

import { elapsed, isolated, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { post } from "../lib/post.js";
import { keyedList } from "./keyed-list.js";

export function openMarkers({ parts, urls, messages }) {
  const form = parts.markerForm;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    set();
  });
  let latest = [];
  const removing = new Set();
  const update = keyedList(parts.markers, (id) => listLine(parts.markerLine, () => remove(id)));

  async function set() {
    try {
      const marker = await post(urls.add, { label: form.elements.label.value });
      form.elements.label.value = "";
      write(parts.markerDone, messages("marker.set", { time: timeOfDay(Date.parse(marker.at)) }));
    } catch ({ reason }) {
      write(parts.markerDone, reason ?? messages("post.failed"));
    }
  }

  async function remove(id) {
    const marker = latest.find((known) => known.id === id); // it may be gone from there before the answer comes
    if (removing.has(id)) return; // a second click
    removing.add(id);
    try {
      await post(urls.remove.replace("/0/", `/${id}/`));
      write(parts.markerRemoved, messages("marker.removed", { label: isolated(marker.label) }));
      parts.markersTitle.focus(); // the button that had the focus is about to go
    } catch {
      write(parts.markerRemoved, messages("post.failed"));
      removing.delete(id);
    }
  }

  return function draw({ markers, opened_at: openedAt, closed_at: closedAt }) {
    latest = markers;
    form.hidden = Boolean(closedAt);
    parts.noMarkers.hidden = markers.length > 0;
    const entries = markers.map((marker) => [marker.id, marker]);
    update(entries, (line, { at, label }) => fillLine(line, label, `${timeOfDay(at)} · ${elapsed(at - openedAt)} · ${isolated(label)}`));
  };
}

function listLine(template, onRemove) {
  const line = template.content.firstElementChild.cloneNode(true);
  line.querySelector("button").addEventListener("click", onRemove);
  return line;
}

function fillLine(line, label, text) {
  write(line.querySelector("span"), text);
  write(line.querySelector(".visually-hidden"), `: ${label}`);
}
