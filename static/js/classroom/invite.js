// The projector page: keeps the two counts fresh, goes full screen, copies the link.

const REFRESH_MS = 3000; // people look up when they have typed their code
const root = document.getElementById("invite");

async function refresh() {
  const response = await fetch(root.dataset.refresh, { headers: { Accept: "application/json" } });
  if (!response.ok) return; // signed out or gone: the next reload says so
  const counts = await response.json();
  const door = `${counts.door.code} ${counts.door.locked ? "locked" : "open"}`;
  if (!counts.open || door !== root.querySelector("[data-door]").dataset.door) {
    window.location.reload();
    return;
  }
  for (const place of root.querySelectorAll("[data-count]")) show(place, counts[place.dataset.count]);
}

function show(place, count) {
  const text = String(count);
  if (place.textContent !== text) place.textContent = text; // an unchanged status is not read out again
}

function keepFresh() {
  setInterval(() => {
    if (document.hidden) return;
    refresh().catch((error) => console.warn("The counts wait for the network:", error.message));
  }, REFRESH_MS);
}

function offerFullScreen() {
  const button = root.querySelector("[data-fullscreen]");
  const projector = root.querySelector("[data-projector]");
  if (!projector.requestFullscreen) return; // iPhones have none
  button.hidden = false;
  button.addEventListener("click", () => projector.requestFullscreen());
}

function offerCopy() {
  const button = root.querySelector("[data-copy]");
  if (!navigator.clipboard) return; // not over plain http
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

keepFresh();
offerFullScreen();
offerCopy();
