/** The page with a session's files: asks how far they are, and shows the link of each as soon as it is ready. */

import { inShape } from "../lib/format.js";
import { elementById, partsOf, write } from "../lib/parts.js";

/** @typedef {{state: string, progress: number, note: string, until: string | null}} ExportState */

const ASK_EVERY_MS = 1000;
const UNDER_WAY = new Set(["waiting", "running"]);

const page = elementById("exports");
const rows = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-export]")]);

const isUnderWay = () => rows.some((row) => UNDER_WAY.has(row.dataset.state ?? ""));

/**
 * @param {HTMLElement} row
 * @param {ExportState | undefined} told undefined if the file was deleted: in another tab, or because its time was up
 */
function show(row, told) {
  const { note, progress, download } = partsOf(row);
  if (!told) {
    row.remove();
    row.dataset.state = "gone";
    return;
  }
  row.dataset.state = told.state;
  write(note, told.until ? told.note.replace("{time}", inShape("moment", new Date(told.until))) : told.note);
  /** @type {HTMLProgressElement} */ (progress).value = told.progress;
  progress.hidden = !UNDER_WAY.has(told.state);
  download.hidden = told.state !== "done";
}

async function ask() {
  try {
    const answer = await fetch(page.dataset.states ?? "", { headers: { Accept: "application/json" } });
    // Somebody who was signed out is sent to the sign-in page.
    if (answer.ok && !answer.redirected) {
      const { exports } = await answer.json();
      for (const row of rows) show(row, exports[row.dataset.export ?? ""]);
    }
  } catch (error) {
    console.warn("The server was not asked:", error);
  }
  askLater();
}

function askLater() {
  if (isUnderWay()) setTimeout(ask, ASK_EVERY_MS);
}

askLater();
