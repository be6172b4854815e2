// Draws the report's charts, once, from the numbers in the page.

import { partsOf } from "../lib/parts.js";
import { readMessages } from "../lib/messages.js";
import { openCharts } from "./charts.js";

const parts = partsOf(document.getElementById("report"));
const messages = readMessages(document.getElementById("messages"));
const page = new AbortController();

parts.print.hidden = false;
parts.print.addEventListener("click", () => window.print());

if (parts.linePlot) {
  const chart = JSON.parse(document.getElementById("report-chart").textContent);
  openCharts({ parts, messages, signal: page.signal })(chart);
}
