/** Printing: charts are drawn again for a page, in light colours and in its width, and drawn back afterwards. */

/**
 * Pixels: as wide as A4 between its margins. Wider paper stretches the drawing (live.css), and so shows all of it.
 */
export const PRINT_SIZE = { width: 680, height: 320 };

/**
 * Calls redraw() before and after printing; isPrinting() tells what to draw for.
 *
 * @param {() => void} redraw
 * @param {AbortSignal} signal
 */
export function openPrinting(redraw, signal) {
  let isPrinting = false;
  const media = matchMedia("print");

  /** @param {boolean} wanted */
  function turn(wanted) {
    if (isPrinting === wanted) return;
    isPrinting = wanted;
    // The light tokens: not all browsers apply print styles yet.
    document.documentElement.toggleAttribute("data-printing", isPrinting);
    redraw();
  }

  window.addEventListener("beforeprint", () => turn(true), { signal });
  // Chromium reports "after" while the page is still as wide as the paper, and changes the medium then. Firefox prints
  // a copy of the page.
  window.addEventListener("afterprint", () => media.matches || turn(false), { signal });
  media.addEventListener("change", ({ matches }) => turn(matches), { signal });
  return { isPrinting: () => isPrinting };
}

/**
 * Lets print styles stretch what Plotly drew for a fixed size.
 *
 * @param {HTMLElement} place
 * @param {{width: number, height: number}} size
 */
export function stretch(place, { width, height }) {
  for (const svg of place.querySelectorAll(".main-svg")) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
}

/** @param {HTMLElement} place */
export function unstretch(place) {
  for (const svg of place.querySelectorAll(".main-svg")) svg.removeAttribute("viewBox");
}
