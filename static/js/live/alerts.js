/** The count of lost students where a teacher sees it from another tab: title, icon, and a sound if asked for. */

import { write } from "../lib/parts.js";
import { atMostEvery } from "../lib/redraw.js";
import { readChoice, saveChoice } from "./choices.js";

const SOUND = "live-sound";
const SIZE = 32;
// The icon has room for one digit.
const MOST = 9;
const MORE = "9+";
// They are for a teacher in another tab, and a new icon takes the browser 2 ms.
const PAUSE_MS = 2000;

/** @param {{parts: LiveParts, messages: Messages}} options */
export function openAlerts({ parts, messages }) {
  const title = document.title;
  const link = /** @type {HTMLLinkElement} */ (document.querySelector("link[rel=icon]"));
  const usual = { href: link.href, type: link.type };
  let shown = 0;
  let isLoud = readChoice(SOUND) === "on";
  drawSound();
  parts.sound.addEventListener("click", () => {
    isLoud = !isLoud;
    saveChoice(SOUND, isLoud ? "on" : "off");
    drawSound();
    if (isLoud) beep();
  });

  function drawSound() {
    parts.sound.setAttribute("aria-pressed", String(isLoud));
    write(parts.soundText, messages(isLoud ? "sound.on" : "sound.off"));
  }

  /**
   * The alerts that were drawn, by their text.
   *
   * @type {Map<string, string>}
   */
  const icons = new Map();

  /** @param {string} text */
  function iconOf(text) {
    const icon = icons.get(text) ?? iconWith(text);
    icons.set(text, icon);
    return icon;
  }

  /** @param {LiveState} state */
  function draw({ said }) {
    const lost = said.lost ?? 0;
    if (lost === shown) return;
    if (lost > shown && isLoud) beep();
    shown = lost;
    document.title = lost ? messages("title.lost", { count: lost, title }) : title;
    const href = lost ? iconOf(lost > MOST ? MORE : String(lost)) : usual.href;
    if (link.href === href) return;
    link.type = lost ? "image/png" : usual.type;
    link.href = href;
  }
  return atMostEvery(PAUSE_MS, draw).soon;
}

/** @param {string} text */
function iconWith(text) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = canvas.getContext("2d");
  if (!context) return "";
  context.fillStyle = "#a3262a";
  context.beginPath();
  context.arc(SIZE / 2, SIZE / 2, SIZE / 2, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#ffffff";
  context.font = ["bold", text.length > 1 ? "16px" : "20px", "system-ui"].join(" ");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, SIZE / 2, SIZE / 2 + 1);
  return canvas.toDataURL("image/png");
}

/** Two soft tones. The browser allows them once the teacher has pressed something on the page. */
function beep() {
  const audio = new AudioContext();
  const volume = audio.createGain();
  volume.gain.value = 0.08;
  volume.connect(audio.destination);
  for (const [index, pitch] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(volume);
    tone.start(audio.currentTime + index * 0.18);
    tone.stop(audio.currentTime + index * 0.18 + 0.15);
  }
  // Also where the browser does not allow the sound, and it never ends.
  setTimeout(() => audio.close(), 1000);
}
