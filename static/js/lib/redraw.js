/** Draws less often than messages come: only what is new, and not too often. */

/**
 * Returns a draw(state) that does nothing while the values that it is made of are the same as last time.
 *
 * @template State
 * @param {(state: State) => unknown[]} madeOf
 * @param {(state: State) => void} draw
 * @returns {(state: State) => void}
 */
export function whenNew(madeOf, draw) {
  /** @type {unknown[] | null} */
  let drawn = null;
  return (state) => {
    const values = madeOf(state);
    const known = drawn;
    if (known && values.every((value, index) => value === known[index])) return;
    drawn = values;
    draw(state);
  };
}

/**
 * soon(state) draws at once, and while more comes once in so many milliseconds, with the newest. now(state) does not
 * wait.
 *
 * @template State
 * @param {number} milliseconds
 * @param {(state: State) => void} draw
 */
export function atMostEvery(milliseconds, draw) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  /** @type {{state: State} | null} */
  let waiting = null;

  /** @param {State} state */
  function now(state) {
    clearTimeout(resting);
    waiting = null;
    resting = setTimeout(rested, milliseconds);
    draw(state);
  }

  function rested() {
    resting = undefined;
    if (waiting) now(waiting.state);
  }

  return {
    now,
    /** @param {State} state */
    soon(state) {
      if (resting === undefined) now(state);
      else waiting = { state };
    },
  };
}
