/** What the teacher leads with: the timer, a student picked by chance, groups, and what the class may do. */

import { icon } from "../lib/icons.js";
import { html, nothing, render } from "../lib/render.js";
import { membersByGroup, pickText } from "./chance.js";

const SECONDS_A_MINUTE = 60;

/**
 * Sends a form of the tools and closes the menu that it is in.
 *
 * @param {HTMLFormElement} form
 * @param {(sent: FormData) => Promise<boolean>} send
 */
function onSubmit(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await send(new FormData(form, event.submitter)))) return;
    const menu = form.closest("details");
    menu?.querySelector("summary")?.focus();
    menu?.removeAttribute("open");
  });
}

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 */
export function openTimer(parts, { messages, act, failed, focus }) {
  const form = parts.timerForm;
  const length = /** @type {HTMLInputElement} */ (form.elements.namedItem("minutes"));
  onSubmit(form, (sent) => {
    const seconds = String(Math.round(Number(sent.get("minutes")) * SECONDS_A_MINUTE));
    return act("timer", { seconds, label: String(sent.get("label") ?? "") }, { failed });
  });
  for (const preset of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-minutes]"))) {
    preset.addEventListener("click", () => {
      length.value = preset.dataset.minutes ?? "";
      form.requestSubmit();
    });
  }
  // The button goes with the timer, and a keyboard goes on at the heading.
  const stop = async () => (await act("timer", { do: "stop" }, { failed })) && focus("askTitle");

  return function draw(/** @type {TeacherActivities} */ { timer }) {
    parts.timerPlace.hidden = !timer;
    render(
      timer
        ? html`<div class="ask-timer">
            <span class="timer timer-large">${icon("timer")}<span data-until=${timer.ends_at} data-over=${messages("timer.over")}></span></span>
            <span class="soft" dir="auto">${timer.label}</span>
            <button type="button" class="button button-quiet button-small push" @click=${stop}>${messages("timer.stop")}</button>
          </div>`
        : nothing,
      parts.timerPlace,
    );
  };
}

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 */
export function openPick(parts, { messages, act, failed, nameOf }) {
  const choose = () => act("pick", {}, { failed });
  const again = () => act("pick", { do: "again" }, { failed });
  parts.pickNew.addEventListener("click", choose);

  return function draw(/** @type {TeacherActivities} */ { pick }) {
    render(
      pick
        ? html`<div class="ask-pick">
            <p class="ask-picked" dir="auto">${pickText(pick, nameOf, messages)}</p>
            <button type="button" class="button button-plain button-small" @click=${again}>${messages("pick.again")}</button>
          </div>`
        : nothing,
      parts.pickShown,
    );
  };
}

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 */
export function openGroups(parts, { messages, act, failed, focus, nameOf }) {
  onSubmit(parts.groupsForm, (sent) => act("groups", { size: String(sent.get("size")) }, { failed }));
  const clear = async () => (await act("groups", { do: "clear" }, { failed })) && focus("askTitle");

  return function draw(/** @type {TeacherActivities} */ { groups }) {
    const again = () => act("groups", { size: String(groups?.size) }, { failed });
    render(
      groups
        ? html`<dl class="facts ask-facts">
              ${membersByGroup(groups.members).map(
                ([number, members]) => html`<dt>${messages("groups.one", { number })}</dt><dd>${members.map((id) => html`<bdi>${nameOf(id)}</bdi>`)}</dd>`,
              )}
            </dl>
            <div class="toolbar">
              <button type="button" class="button button-quiet button-small" @click=${again}>${messages("groups.again")}</button>
              <button type="button" class="button button-plain button-small" @click=${clear}>${messages("groups.clear")}</button>
            </div>`
        : nothing,
      parts.groupsShown,
    );
  };
}

/**
 * @param {AskParts} parts
 * @param {AskContext} context
 */
export function openSettings(parts, { act, failed }) {
  const form = parts.settingsForm;
  /** @type {TeacherActivities["settings"] | null} */
  let latest = null;
  let filled = "";
  /** @type {Promise<unknown>} */
  let lastSent = Promise.resolve();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const sent = /** @type {[string, string][]} */ ([...new FormData(form)]);
    // One after the other: each has all settings, and the older of two that overtake each other would stay.
    lastSent = lastSent.then(() => send(sent));
  });

  /** @param {[string, string][]} sent */
  async function send(sent) {
    const isDone = await act("settings", sent, { failed });
    if (!isDone && latest) fill(form, latest);
  }

  return function draw(/** @type {TeacherActivities} */ { settings }) {
    latest = settings;
    const text = JSON.stringify(settings);
    // What the teacher is about to choose stays.
    if (text === filled || form.contains(document.activeElement)) return;
    fill(form, settings);
    filled = text;
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {TeacherActivities["settings"]} settings
 */
function fill(form, { hands, questions, moderated }) {
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field("hands_are_allowed").checked = hands;
  field("questions_are_moderated").checked = moderated;
  /** @type {RadioNodeList} */ (form.elements.namedItem("questions")).value = questions;
}
