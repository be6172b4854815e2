// The page's first question: does it go on by itself, or does it ask who is there?

import { partsOf } from "../lib/parts.js";
import { openArrival } from "./arrival.js";

const config = JSON.parse(document.getElementById("room-config").textContent);

if (openArrival(config.socketUrl).goesOn(config)) {
  import("./main.js");
} else {
  const { name, arrival } = partsOf(document.getElementById("room"));
  name.hidden = true; // nobody has said so
  arrival.hidden = false;
}
