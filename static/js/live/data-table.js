/** A chart's numbers as a table, for people who read instead of looking. */

import { html, render } from "../lib/render.js";

/**
 * @param {HTMLElement} place
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function fillTable(place, head, rows) {
  const titles = head.map((title) => html`<th scope="col">${title}</th>`);
  const lines = rows.map((row) => html`<tr>${row.map((text) => html`<td>${text}</td>`)}</tr>`);
  render(html`<table><thead><tr>${titles}</tr></thead><tbody>${lines}</tbody></table>`, place);
}
