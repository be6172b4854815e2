/** What a teacher chose for this browser: sound and shortcuts. Where storage is denied, it lasts as long as the page. */

/** @type {Map<string, string>} */
const chosen = new Map();

/** @param {string} name */
export function readChoice(name) {
  try {
    return chosen.get(name) ?? localStorage.getItem(name);
  } catch {
    return chosen.get(name) ?? null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function saveChoice(name, value) {
  chosen.set(name, value);
  try {
    localStorage.setItem(name, value);
  } catch {
    // The browser denies storage.
  }
}
