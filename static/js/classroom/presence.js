/** "Before you start" has no socket: it tells the server now and then that the student is still there. */

import { elementById } from "../lib/parts.js";
import { isRefusal, post } from "../lib/post.js";

// The server counts a student as gone after 75 s without a request.
const INTERVAL_MS = 20_000;
const { hereUrl = "" } = elementById("before-you-start").dataset;

async function reportPresence() {
  try {
    await post(hereUrl);
  } catch (error) {
    // The seat is no longer this student's: the page's buttons will say why.
    if (isRefusal(error)) clearInterval(timer);
    else console.warn("Presence was not reported:", error);
  }
}

const timer = setInterval(reportPresence, INTERVAL_MS);
// Browsers slow down the timers of hidden pages.
document.addEventListener("visibilitychange", () => document.hidden || reportPresence());
