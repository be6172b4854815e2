/** The second screen: how to join, the question with its count and result, the timer, the top question. No names. */

import { openCountdown } from "../activities/countdown.js";
import { labelsOf, resultOf } from "../activities/results.js";
import { readMessages } from "../lib/messages.js";
import { elementById, partsOf, write } from "../lib/parts.js";
import { html, nothing, render } from "../lib/render.js";
import { openSocket } from "../lib/socket.js";

// The server sends a message every two seconds.
const SILENT_MS = 10_000;

const root = elementById("projector");
const parts = partsOf(root);
const messages = readMessages(elementById("messages"));
const page = new AbortController();
window.addEventListener("pagehide", () => page.abort(), { once: true });
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

/** @type {ProjectorState | null} */
let state = null;
let heardAt = performance.now();
const countdown = openCountdown(page.signal, drawTimes);

const socket = openSocket({
  url: root.dataset.socket ?? "",
  onMessage: handleMessage,
  onState: ({ state: connection }) => {
    if (connection === "closed") root.dataset.state = "ended";
    parts.lost.hidden = connection !== "lost";
  },
  signal: page.signal,
});

/** @param {ProjectorState} message */
function handleMessage(message) {
  heardAt = performance.now();
  countdown.received(message.server_time);
  // The page itself holds code, link and QR code.
  if (`${message.door.code} ${message.door.locked}` !== root.dataset.door) return location.reload();
  state = message;
  draw(message);
}

/** @param {ProjectorState} message */
function draw({ question, present, top_question: top, ended }) {
  root.dataset.state = ended ? "ended" : question ? "question" : "door";
  write(parts.present, messages("present", { count: present }));
  render(question ? questionView(question) : nothing, parts.question);
  render(top ? html`<p class="projector-asked" dir="auto">${top.text}</p><p class="soft">${messages("votes", { count: top.votes })}</p>` : nothing, parts.asked);
  drawTimes();
}

/** @param {NonNullable<ProjectorState["question"]>} question */
function questionView(question) {
  const { text, answered, asked, open, result } = question;
  const shows = result && !result.hidden;
  return html`<h1 class="projector-question" dir="auto">${text}</h1>
    ${shows || !open ? resultOf(question, messages) : optionsOf(question)}
    <p class="projector-count">
      <strong>${messages("answered", { count: answered, asked })}</strong>
      ${open ? nothing : html`<span class="soft">${messages("closed")}</span>`}
    </p>`;
}

/** @param {ShownQuestion} question */
function optionsOf(question) {
  if (question.kind === "word" || question.kind === "text") return nothing;
  return html`<ul class="projector-options">
    ${labelsOf(question).map((label) => html`<li dir="auto">${label}</li>`)}
  </ul>`;
}

function drawTimes() {
  const timer = state?.timer;
  parts.timer.hidden = !timer;
  if (timer) {
    write(parts.timerLabel, timer.label);
    write(parts.timerLeft, countdown.until(timer.ends_at));
  }
  const closesAt = state?.question?.open ? state.question.closes_at : null;
  parts.limit.hidden = closesAt === null || closesAt === undefined;
  if (closesAt) write(parts.limit, countdown.until(closesAt));
}

const silenceCheck = setInterval(() => performance.now() - heardAt > SILENT_MS && socket.isOpen && socket.restart(), SILENT_MS / 2);
page.signal.addEventListener("abort", () => clearInterval(silenceCheck), { once: true });

parts.fullscreen.hidden = !document.fullscreenEnabled;
parts.fullscreen.addEventListener("click", () => document.documentElement.requestFullscreen());
