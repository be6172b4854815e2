// Printing: charts are drawn again, light and for a page, whatever the window's width and theme, and drawn back after it.

/** Pixels: as wide as A4 between its margins. Wider paper stretches the drawing (live.css), and so shows all of it. */
export const PRINT_SIZE = { width: 680, height: 320 };

/** Calls redraw() before and after printing; isOn() tells what to draw for. */
export function openPrinting(redraw, signal) {
  let isOn = false;
  const print = matchMedia("print");

  function turn(wanted) {
    if (isOn === wanted) return;
    isOn = wanted;
    document.documentElement.toggleAttribute("data-paper", isOn); // the light tokens: not all browsers apply print styles yet
    redraw();
  }

  window.addEventListener("beforeprint", () => turn(true), { signal });
  // Chromium says "after" while the page is still as wide as the paper, and then changes the medium; Firefox prints a copy.
  window.addEventListener("afterprint", () => print.matches || turn(false), { signal });
  print.addEventListener("change", ({ matches }) => turn(matches), { signal });
  return { isOn: () => isOn };
}

/** Lets print styles stretch what Plotly drew for a fixed width. */
export function stretch(place, { width, height }) {
  for (const svg of place.querySelectorAll(".main-svg")) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
}

export function unstretch(place) {
  for (const svg of place.querySelectorAll(".main-svg")) svg.removeAttribute("viewBox");
}
