// "Before you start" has no socket: whoever reads it says now and then that they are still there.

import { post } from "../lib/post.js";

const EVERY_MS = 20_000; // the server takes who has said nothing for 75 s for gone
const { hereUrl } = document.getElementById("before-you-start").dataset;

async function sayHere() {
  try {
    await post(hereUrl);
  } catch (error) {
    if (error.wasRefused) clearInterval(saying); // the seat is not ours any more: pressing a button will say why
    else console.warn("Not said that we are here:", error.message);
  }
}

const saying = setInterval(sayHere, EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || sayHere()); // timers of hidden pages are slow
