/** A WebSocket that reconnects by itself. It knows nothing of the messages it carries. */

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** The close code that browsers report for a connection that was lost. */
const ABNORMAL_CLOSURE = 1006;

/**
 * Exponential backoff with jitter, in milliseconds: a class that lost its server must not come back in one instant.
 *
 * @param {number} attempt
 * @param {() => number} [random]
 */
export function waitBefore(attempt, random = Math.random) {
  const longest = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt);
  return Math.max(SHORTEST_WAIT_MS, longest * (0.5 + random() / 2));
}

/**
 * How long to wait after a close, in milliseconds. Null means for good: the codes 4000 to 4999 are refusals.
 *
 * @param {object} close
 * @param {number} close.code
 * @param {number} close.attempt
 * @param {Record<number, number>} [close.comesBackAfter] milliseconds by code, for refusals that are not for good
 * @param {() => number} [close.random]
 * @returns {number | null}
 */
export function waitAfterClose({ code, attempt, comesBackAfter = {}, random = Math.random }) {
  if (code in comesBackAfter) return comesBackAfter[code];
  return code >= 4000 && code <= 4999 ? null : waitBefore(attempt, random);
}

/**
 * @param {string} path
 * @param {string} [page]
 */
export function socketAddress(path, page = location.href) {
  const address = new URL(path, page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

/** @type {After} */
function afterTimeout(milliseconds, callback) {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/**
 * What became of the connection: "lost" is tried again after `retryInMs`, "closed" is final.
 *
 * @typedef {{state: "connecting" | "open"} | {state: "lost", code: number, retryInMs: number} |
 *   {state: "closed", code: number}} Connection
 */

/** @typedef {ReturnType<typeof openSocket>} ReconnectingSocket */

/**
 * @template Message
 * @param {object} options
 * @param {string} options.url
 * @param {(message: Message) => void} options.onMessage is given each JSON message
 * @param {(connection: Connection) => void} options.onState
 * @param {AbortSignal} [options.signal] closes the socket for good
 * @param {Record<number, number>} [options.comesBackAfter] milliseconds by close code, for refusals that are not for good
 * @param {After} [options.after] a worker's timer, for a page that works while it is hidden
 */
export function openSocket({ url, onMessage, onState, signal, comesBackAfter, after = afterTimeout }) {
  /** @type {WebSocket | null} */
  let socket = null;
  let attempt = 0;
  let cancelWait = () => {};

  function connect() {
    cancelWait();
    onState({ state: "connecting" });
    const current = (socket = new WebSocket(socketAddress(url)));
    current.binaryType = "arraybuffer";
    current.onopen = () => current === socket && onState({ state: "open" });
    current.onmessage = ({ data }) => {
      if (current !== socket) return;
      // Only a message ends the backoff: a server that accepts and then dies keeps us waiting longer.
      attempt = 0;
      onMessage(JSON.parse(data));
    };
    current.onclose = ({ code }) => current === socket && closed(code);
  }

  /** @param {number} code */
  function closed(code) {
    socket = null;
    const wait = waitAfterClose({ code, attempt, comesBackAfter });
    if (wait === null) {
      stop();
      return onState({ state: "closed", code });
    }
    attempt += 1;
    cancelWait = after(wait, connect);
    onState({ state: "lost", code, retryInMs: wait });
  }

  /** Drops a connection that went silent, and reconnects as after any lost one. */
  function restart() {
    if (!socket) return;
    const silent = socket;
    socket = null;
    silent.close();
    closed(ABNORMAL_CLOSURE);
  }

  function reconnectNow() {
    if (!socket) connect();
  }

  function stop() {
    cancelWait();
    window.removeEventListener("online", reconnectNow);
    window.removeEventListener("offline", restart);
    const last = socket;
    socket = null;
    last?.close();
  }

  window.addEventListener("online", reconnectNow);
  window.addEventListener("offline", restart);
  signal?.addEventListener("abort", stop, { once: true });
  // Not at once: the caller has to hold this socket before its first event.
  queueMicrotask(() => signal?.aborted || connect());

  return {
    get isOpen() {
      return socket?.readyState === WebSocket.OPEN;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    restart,
    /**
     * Sends an ArrayBuffer as it is and anything else as JSON; false when there is no connection.
     *
     * @param {object} message
     */
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message));
      return true;
    },
  };
}
