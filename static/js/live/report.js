/** Draws the report's charts, once, from the numbers in the page. */

import { readMessages } from "../lib/messages.js";
import { elementById, jsonById, partsOf } from "../lib/parts.js";
import { openCharts } from "./charts.js";

const parts = partsOf(elementById("report"));
const page = new AbortController();

parts.print.hidden = false;
parts.print.addEventListener("click", () => window.print());

if (parts.linePlot) {
  const draw = openCharts({
    parts: /** @type {ChartParts} */ (parts),
    messages: readMessages(elementById("messages")),
    signal: page.signal,
  });
  draw(/** @type {ChartNumbers} */ (jsonById("report-chart")));
}
