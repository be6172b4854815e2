/** Shows one panel at a time. Its heading takes the focus, so that a screen reader announces the change. */

/** @type {Record<RoomState["stage"], string>} */
const PANEL_IDS = { checking: "check", class: "class", ended: "ended" };

/** @param {HTMLElement} root */
export function openPanels(root) {
  /** @type {RoomState["stage"] | null} */
  let current = null;
  const panels = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(":scope > section"));
  return function show(/** @type {RoomState["stage"]} */ stage) {
    if (stage === current) return;
    // A page that has just loaded keeps the focus where the browser put it.
    const isFirst = current === null;
    current = stage;
    // An open question was about the panel that goes.
    for (const dialog of root.querySelectorAll("dialog")) dialog.close();
    for (const panel of panels) panel.hidden = panel.id !== PANEL_IDS[stage];
    if (!isFirst) /** @type {HTMLElement} */ (root.querySelector(`#${PANEL_IDS[stage]} h2`)).focus();
  };
}
