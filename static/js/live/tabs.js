/** The tab pattern of the ARIA guide: one tab stop, and arrow keys between the tabs. */

import { elementById } from "../lib/parts.js";

/** @type {Record<string, number>} */
const STEPS_TO_THE_RIGHT = { ArrowRight: 1, ArrowLeft: -1 };

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
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const isMirrored = document.documentElement.dir === "rtl";
    const step = STEPS_TO_THE_RIGHT[event.key] * (isMirrored ? -1 : 1);
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
