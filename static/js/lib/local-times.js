// One clock on every page, the viewer's own: what the server wrote in its zone is written again in theirs.

import { inShape, zoneName } from "./format.js";

for (const time of document.querySelectorAll("time[data-time]")) {
  time.textContent = inShape(time.dataset.time, new Date(time.dateTime));
}
for (const field of document.querySelectorAll("input[data-dated]")) {
  if (field.value === field.defaultValue) field.value = field.dataset.dated.replace("{date}", inShape("date", Date.now()));
}
for (const place of document.querySelectorAll("[data-zone]")) place.textContent = zoneName();
