// One of the three panels is there at a time; its heading takes the focus, so that a screen reader hears the change.

export function openPanels({ root }) {
  let current = null;
  return function show(stage) {
    if (stage === current) return;
    const isFirst = current === null; // a page that just loaded keeps the focus where the browser put it
    current = stage;
    for (const dialog of root.querySelectorAll("dialog[open]")) dialog.close(); // its question is no longer there
    for (const panel of root.querySelectorAll("section")) panel.hidden = panel.id !== panelOf(stage);
    if (!isFirst) root.querySelector(`#${panelOf(stage)} h2`).focus();
  };
}

const panelOf = (stage) => (stage === "checking" ? "check" : stage);
