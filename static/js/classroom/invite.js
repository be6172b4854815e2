/** The projector page: keeps the two counts fresh, goes full screen, copies the link. */

import { showCopyButtons } from "../lib/copy-buttons.js";
import { elementById, write } from "../lib/parts.js";

// People look up when they have typed their code.
const REFRESH_MS = 3000;
const root = elementById("invite");
const projector = /** @type {HTMLElement} */ (root.querySelector("[data-projector]"));

async function refresh() {
  const response = await fetch(root.dataset.refresh ?? "", { headers: { Accept: "application/json" } });
  // Signed out, or the session is gone: the next reload of the page says so.
  if (!response.ok || response.redirected) return;
  const counts = await response.json();
  const door = `${counts.door.code} ${counts.door.locked ? "locked" : "open"}`;
  if (!counts.open || door !== projector.dataset.door) return window.location.reload();
  const places = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-count]"));
  for (const place of places) write(place, String(counts[place.dataset.count ?? ""]));
}

function keepFresh() {
  setInterval(() => {
    if (document.hidden) return;
    refresh().catch((error) => console.warn("The counts wait for the network:", error.message));
  }, REFRESH_MS);
}

function offerFullScreen() {
  // iPhones have no full screen for pages.
  if (!projector.requestFullscreen) return;
  const button = /** @type {HTMLButtonElement} */ (root.querySelector("[data-fullscreen]"));
  button.hidden = false;
  button.addEventListener("click", () => projector.requestFullscreen().catch(() => {}));
}

keepFresh();
offerFullScreen();
showCopyButtons(root);
