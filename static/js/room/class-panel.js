/** "In class": what the teacher sees of this student, and the way out. */

import { write } from "../lib/parts.js";
import { teacherSees } from "./room-state.js";

/** @param {{parts: RoomParts, messages: Messages, onLeave: () => void, onErase: () => void}} options */
export function openClassPanel({ parts, messages, onLeave, onErase }) {
  parts.leave.addEventListener("click", onLeave);
  parts.erase.addEventListener("click", onErase);

  return {
    /** @param {RoomState} room */
    draw(room) {
      const level = teacherSees(room);
      const seen = messages(`sees.${level}`);
      write(parts.sharing, level === "participation" ? "" : messages(`sharing.${level}`));
      write(parts.teacherSees, room.gap && room.mode === "analytics" ? `${seen} ${messages("sees.gap")}` : seen);
    },
  };
}
