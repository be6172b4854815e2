// The table twin of a chart: the same numbers, for whoever reads instead of looking.

export function fillTable(place, head, rows) {
  const table = document.createElement("table");
  const headRow = table.createTHead().insertRow();
  for (const title of head) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    headRow.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const text of row) line.insertCell().textContent = text;
  }
  place.replaceChildren(table);
}
