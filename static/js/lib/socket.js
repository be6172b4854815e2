// A WebSocket that comes back. It knows nothing of what is said over it.

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Exponential backoff with jitter: a class that lost its server must not come back in one instant. */
export function waitBefore(attempt, random = Math.random) {
  const longest = Math.min(LONGEST_WAIT_MS, SHORTEST_WAIT_MS * 2 ** attempt);
  return Math.max(SHORTEST_WAIT_MS, longest * (0.5 + random() / 2));
}

/** How long to stay away after a close, or null for good: 4000 to 4999 is the server saying no. */
export function waitAfterClose({ code, attempt, comesBackAfter = {}, random = Math.random }) {
  if (code in comesBackAfter) return comesBackAfter[code];
  return code >= 4000 && code <= 4999 ? null : waitBefore(attempt, random);
}

export function socketAddress(path, page = location.href) {
  const address = new URL(path, page);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}

function afterTimeout(milliseconds, callback) {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/**
 * onMessage(object) for each JSON message.
 * onState({state: "connecting" | "open"}), {state: "lost", code, retryInMs} or {state: "closed", code}: closed is final.
 * comesBackAfter: {closeCode: milliseconds} for refusals that are not for good.
 * after(milliseconds, callback) returns its own cancel: a page that works while hidden passes a worker's timer.
 */
export function openSocket({ url, onMessage, onState, signal, comesBackAfter, after = afterTimeout }) {
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
      attempt = 0; // only a server that speaks is back: one that accepts and dies keeps us waiting longer
      onMessage(JSON.parse(data));
    };
    current.onclose = ({ code }) => current === socket && closed(code);
  }

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

  /** Drops a connection that went silent; the way back is the same as for any lost one. */
  function restart() {
    if (!socket) return;
    const silent = socket;
    socket = null;
    silent.close();
    closed(1006);
  }

  function comeBackNow() {
    if (!socket) connect();
  }

  function stop() {
    cancelWait();
    window.removeEventListener("online", comeBackNow);
    window.removeEventListener("offline", restart);
    const last = socket;
    socket = null;
    last?.close();
  }

  window.addEventListener("online", comeBackNow);
  window.addEventListener("offline", restart);
  signal?.addEventListener("abort", stop, { once: true });
  queueMicrotask(() => signal?.aborted || connect()); // whoever opens it holds it before the first word arrives

  return {
    get isOpen() {
      return socket?.readyState === WebSocket.OPEN;
    },
    get bufferedAmount() {
      return socket?.bufferedAmount ?? 0;
    },
    restart,
    /** An object goes as JSON, an ArrayBuffer as it is; false when there is no connection. */
    send(message) {
      if (!this.isOpen) return false;
      socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message));
      return true;
    },
  };
}
