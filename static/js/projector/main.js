/** The second screen: how to join, the question with its count and result, the timer, the top question. No names. */

import { openCountdown } from "../activities/countdown.js";
import { readMessages } from "../lib/messages.js";
import { elementById, partsOf, write } from "../lib/parts.js";
import { html, nothing, render } from "../lib/render.js";
import { openSocket } from "../lib/socket.js";
import { openWakeLock } from "../lib/wake-lock.js";
import { fitInto } from "./fit.js";
import { questionView } from "./question.js";
import { sceneOf } from "./scene.js";

// The server sends a message every two seconds.
const SILENT_MS = 10_000;
const ENDING_MS = 10_000;

const root = elementById("projector");
const parts = partsOf(root);
const messages = readMessages(elementById("messages"));
const page = new AbortController();
window.addEventListener("pagehide", () => page.abort(), { once: true });
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

/** @type {ProjectorState | null} */
let state = null;
let heardAt = performance.now();
let isRenewing = false;
const countdown = openCountdown(page.signal, drawTimes);

const keepAwake = openWakeLock({
  after(milliseconds, callback) {
    const timeout = setTimeout(callback, milliseconds);
    return () => clearTimeout(timeout);
  },
});

const socket = openSocket({
  url: root.dataset.socket ?? "",
  onMessage: handleMessage,
  onState: ({ state: connection }) => {
    if (connection === "closed") show("ended");
    // It stays until the next message: an attempt to connect shows nothing new.
    if (connection === "lost" || connection === "closed") parts.lost.hidden = connection === "closed";
  },
  signal: page.signal,
});

/** @param {ProjectorState} message */
function handleMessage(message) {
  heardAt = performance.now();
  parts.lost.hidden = true;
  countdown.received(message.server_time);
  state = message;
  draw(message);
  const door = `${message.door.code} ${message.door.locked}`;
  if (door !== root.dataset.door && !isRenewing) renewDoor();
}

/**
 * Takes code, link and QR code from the page as it is now. To load it again would end the full screen. What could not be
 * read is read again with the next message.
 */
async function renewDoor() {
  isRenewing = true;
  try {
    const response = await fetch(location.href);
    if (!response.ok) return;
    const fetched = new DOMParser().parseFromString(await response.text(), "text/html");
    const renewed = partsOf(fetched);
    for (const name of ["join", "joinSmall"]) parts[name].replaceChildren(...renewed[name].childNodes);
    root.dataset.door = fetched.getElementById("projector")?.dataset.door;
    fit();
  } catch (error) {
    console.warn("The door was not read:", error);
  } finally {
    isRenewing = false;
  }
}

/** @param {ProjectorState} message */
function draw(message) {
  const { question, present, top_question: top } = message;
  write(parts.present, messages("present", { count: present }));
  parts.closed.hidden = !question || question.open;
  write(parts.answered, question ? messages("answered", { count: question.answered, asked: question.asked }) : "");
  render(question ? questionView(question, messages) : nothing, parts.question);
  render(top ? topView(top) : nothing, parts.asked);
  show(sceneOf(message));
  drawTimes();
}

/** @param {AskedQuestion} top */
function topView({ text, votes }) {
  return html`<p class="projector-asked" dir="auto">${text}</p>
    ${votes ? html`<p>${messages("votes", { count: votes })}</p>` : nothing}`;
}

/** @param {Scene} scene */
function show(scene) {
  root.dataset.state = scene;
  keepAwake(scene !== "ended");
  fit();
}

function drawTimes() {
  const { timer = null, question = null } = state ?? {};
  parts.timer.hidden = !timer;
  if (timer) {
    write(parts.timerLabel, timer.label);
    drawTime(parts.timerClock, parts.timerClock, timer.ends_at);
  }
  const closesAt = question?.open ? question.closes_at : null;
  parts.limit.hidden = !closesAt;
  if (closesAt) drawTime(parts.limit, parts.limitLeft, closesAt);
}

/**
 * @param {HTMLElement} timer
 * @param {HTMLElement} place
 * @param {number} moment
 */
function drawTime(timer, place, moment) {
  const left = countdown.left(moment);
  timer.dataset.state = left <= 0 ? "over" : left <= ENDING_MS ? "ending" : "running";
  write(place, left <= 0 ? messages("over") : countdown.textUntil(moment));
}

function fit() {
  fitInto(root, parts.body);
}

window.addEventListener("resize", fit, { signal: page.signal });

const silenceCheck = setInterval(() => performance.now() - heardAt > SILENT_MS && socket.isOpen && socket.restart(), SILENT_MS / 2);
page.signal.addEventListener("abort", () => clearInterval(silenceCheck), { once: true });

parts.fullscreen.hidden = !document.fullscreenEnabled;
parts.fullscreen.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => {}));
