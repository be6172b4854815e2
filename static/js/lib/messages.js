/** The sentences that scripts show are written, and translated, in the page's own template: `<dl id="messages">`. */

/**
 * @param {HTMLElement} list
 * @returns {Messages}
 */
export function readMessages(list) {
  const sentences = new Map(
    Array.from(list.querySelectorAll("dt"), (term) => [
      term.textContent.trim(),
      term.nextElementSibling?.textContent.trim() ?? "",
    ]),
  );
  return (key, values = {}) => fill(sentences.get(key) ?? key, values);
}

/**
 * Puts values in place of {placeholders}; a placeholder without a value stays.
 *
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (placeholder, name) => String(values[name] ?? placeholder));
}
