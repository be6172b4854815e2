/** The tab pattern of the ARIA guide: one tab stop, and arrow keys between the tabs. */

import { elementById } from "../lib/parts.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** @param {{list: HTMLElement, onShow: (id: string) => void}} options */
export function openTabs({ list, onShow }) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);

  /** @param {HTMLElement} chosen */
  function show(chosen) {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      elementById(tab.getAttribute("aria-controls") ?? "").hidden = !isChosen;
    }
    onShow(chosen.id);
  }

  list.addEventListener("click", ({ target }) => {
    const tab = tabs.find((known) => known === target);
    if (tab) show(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const current = tabs.findIndex((tab) => tab === document.activeElement);
    const next = step && tabs.at((current + step) % tabs.length);
    if (!next) return;
    event.preventDefault();
    next.focus();
    show(next);
  });

  return {
    /** @param {string} id */
    show(id) {
      const tab = tabs.find((known) => known.id === id);
      if (!tab) return;
      show(tab);
      tab.focus();
    },
  };
}
