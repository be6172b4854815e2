// Draws the report's charts, once, from the numbers in the page.

import { partsOf } from "../lib/parts.js";
import { readWords } from "../lib/words.js";
import { openCharts } from "./charts.js";

const parts = partsOf(document.getElementById("report"));
const words = readWords(document.getElementById("words"));
const page = new AbortController();

parts.print.hidden = false;
parts.print.addEventListener("click", () => window.print());

if (parts.linePlot) {
  const chart = JSON.parse(document.getElementById("report-chart").textContent);
  openCharts({ parts, words, signal: page.signal })(chart);
}
