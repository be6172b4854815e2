/** Printing: charts are drawn for paper, in light colours and as wide as the page, and for the screen again afterwards. */

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

  /** @param {boolean} printing */
  function setPrinting(printing) {
    if (isPrinting === printing) return;
    isPrinting = printing;
    // Chooses the light colours: not every browser has applied its print styles by now.
    document.documentElement.toggleAttribute("data-printing", isPrinting);
    redraw();
  }

  window.addEventListener("beforeprint", () => setPrinting(true), { signal });
  // Chromium sends afterprint while the page is still as wide as the paper; the change of the medium follows.
  window.addEventListener("afterprint", () => media.matches || setPrinting(false), { signal });
  media.addEventListener("change", ({ matches }) => setPrinting(matches), { signal });
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
