/** Reads what the server knows, and takes nothing that is older than what happened meanwhile. */

/**
 * @template T
 * @param {object} options
 * @param {() => Promise<T | null>} options.load gives null where the server does not answer
 * @param {(loaded: T) => boolean} options.isOlder whether a message has overtaken the answer
 * @param {(loaded: T) => void} options.take
 */
export function openFreshLoader({ load, isOlder, take }) {
  let changes = 0;
  let loads = 0;
  return {
    /** Something changed that an answer on its way may not have yet. */
    changed() {
      changes += 1;
    },
    /** A later call takes over from one that still waits. */
    async reload() {
      const current = (loads += 1);
      let before, loaded;
      do {
        before = changes;
        loaded = await load();
        if (current !== loads) return;
      } while (loaded && (before !== changes || isOlder(loaded)));
      if (loaded) take(loaded);
    },
  };
}
