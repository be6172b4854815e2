// The tab pattern of the ARIA guide: one tab stop, arrow keys between the tabs.

export function openTabs({ list, onShow }) {
  const tabs = [...list.querySelectorAll("[role=tab]")];

  function show(chosen) {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
    onShow(chosen.id);
  }

  list.addEventListener("click", ({ target }) => tabs.includes(target) && show(target));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    next.focus();
    show(next);
  });
}
