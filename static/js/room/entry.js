// The page's first question: does it go on by itself, or does it ask who is there?

import { partsOf } from "../lib/parts.js";
import { openIdentityCheck } from "./identity-check.js";

const config = JSON.parse(document.getElementById("room-config").textContent);

if (openIdentityCheck(config.socketUrl).canResume(config)) {
  import("./main.js");
} else {
  const { name, identityCheck } = partsOf(document.getElementById("room"));
  name.hidden = true; // nobody has said so
  identityCheck.hidden = false;
}
