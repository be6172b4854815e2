/**
 * Notices a network that died without closing the connection: the server answers every message, so ten seconds without
 * an answer are a dead connection. It also keeps the student from being counted as gone, which the server does after
 * 75 s without a message.
 */

import { HERE } from "./protocol.js";

/** @import { ReconnectingSocket } from "../lib/socket.js" */

const TICK_MS = 1000;
// In ticks and not by the clock: a page that was asleep has answers waiting.
const SILENCE_TICKS = 10;
// A page without a camera may have nothing to send for an hour. Three of these fit into 75 s, so that two may get lost.
const IDLE_TICKS = 20;

/**
 * @param {object} options
 * @param {Pick<ReconnectingSocket, "send" | "restart">} options.socket
 * @param {After} options.after
 * @param {() => void} options.onSilence is called once for each silence of ten seconds, connected or not
 */
export function openHeartbeat({ socket, after, onSilence }) {
  let ticksSinceSent = 0;
  /**
   * Ticks since an answer is due, of which the welcome message is the first; null when none is due.
   *
   * @type {number | null}
   */
  let ticksWaiting = 0;
  let isSilent = false;

  /**
   * Returns whether the message could be sent.
   *
   * @param {object} message
   */
  function send(message) {
    if (!socket.send(message)) return false;
    ticksSinceSent = 0;
    ticksWaiting ??= 0;
    return true;
  }

  function tick() {
    ticksSinceSent += 1;
    if (ticksWaiting !== null) ticksWaiting += 1;
    if (ticksWaiting !== null && ticksWaiting > SILENCE_TICKS) reconnect();
    else if (ticksSinceSent > IDLE_TICKS) send(HERE);
    after(TICK_MS, tick);
  }

  /** Also ends an attempt to connect that gets no answer. */
  function reconnect() {
    ticksWaiting = 0;
    if (!isSilent) onSilence();
    isSilent = true;
    socket.restart();
  }

  after(TICK_MS, tick);
  return {
    send,
    /** To be called for each message of the server. */
    received() {
      isSilent = false;
      ticksWaiting = null;
    },
    /** To be called when the connection is lost; attempts to reconnect do not start the count again. */
    lost() {
      ticksWaiting ??= 0;
    },
  };
}
