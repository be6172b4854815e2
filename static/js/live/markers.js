// The teacher's own notes on the timeline: by button, or by the key M from anywhere on the page.

import { elapsed, timeOfDay } from "../lib/format.js";
import { write } from "../lib/parts.js";
import { post } from "../lib/post.js";

export function openMarkers({ parts, url, words, signal }) {
  const form = parts.markerForm;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    set();
  });
  document.addEventListener("keydown", onKey, { signal });

  function onKey(event) {
    const isTyping = event.target.closest("input, textarea, select, dialog");
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping) return;
    if (form.hidden) return;
    event.preventDefault();
    set();
  }

  async function set() {
    try {
      const marker = await post(url, { label: form.elements.label.value });
      form.elements.label.value = "";
      write(parts.markerDone, words("marker.set", { time: timeOfDay(Date.parse(marker.at)) }));
    } catch {
      write(parts.markerDone, words("post.failed"));
    }
  }

  return function draw({ markers, opened_at: openedAt, closed_at: closedAt }) {
    form.hidden = Boolean(closedAt);
    parts.noMarkers.hidden = markers.length > 0;
    const lines = markers.map(({ at, label }) => `${timeOfDay(at)} · ${elapsed(at - openedAt)} · ${label}`);
    const signature = JSON.stringify(lines);
    if (parts.markers.dataset.signature === signature) return;
    parts.markers.dataset.signature = signature;
    parts.markers.replaceChildren(...lines.map(listLine));
  };
}

function listLine(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}
