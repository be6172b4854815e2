/** The first script of the student's page: it continues by itself, or asks who is there. */

import { elementById, jsonById, partsOf } from "../lib/parts.js";
import { openIdentityCheck } from "./identity-check.js";

const config = /** @type {RoomConfig} */ (jsonById("room-config"));

if (openIdentityCheck(config.socketUrl).canResume(config)) {
  import("./main.js");
} else {
  const { name, identityCheck } = partsOf(elementById("room"));
  // Nobody has confirmed that name yet.
  name.hidden = true;
  identityCheck.hidden = false;
}
