/**
 * Runs a step that reads or writes the browser's storage. Where the browser denies storage, or it is full, nothing
 * happens: a page must do without.
 *
 * @param {() => void} step
 */
export function ifStorageAllows(step) {
  try {
    step();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
