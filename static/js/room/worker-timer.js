/** Timers that keep their pace in a hidden tab, because they run in a worker (timer-worker.js). */

/**
 * @param {{workerUrl: string, signal: AbortSignal}} options
 * @returns {After}
 */
export function openWorkerTimer({ workerUrl, signal }) {
  const worker = new Worker(workerUrl);
  /** @type {Map<number, () => void>} */
  const waiting = new Map();
  let lastId = 0;

  worker.onmessage = ({ data: id }) => {
    const callback = waiting.get(id);
    waiting.delete(id);
    callback?.();
  };
  signal.addEventListener("abort", () => worker.terminate(), { once: true });

  return function after(milliseconds, callback) {
    const id = ++lastId;
    waiting.set(id, callback);
    worker.postMessage({ id, milliseconds });
    return () => {
      if (waiting.delete(id)) worker.postMessage({ id, milliseconds: null });
    };
  };
}
