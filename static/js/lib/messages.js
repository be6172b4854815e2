/** The sentences that scripts show are written, and translated, in the page's own template: `<dl id="messages">`. */

/**
 * @param {HTMLElement} list
 * @returns {Messages}
 */
export function readMessages(list) {
  const sentences = new Map(
    Array.from(list.querySelectorAll("dt"), (term) => [term.textContent.trim(), formsIn(term.nextElementSibling)]),
  );
  return (key, values = {}) => fill(chooseForm(sentences.get(key) ?? { other: key }, values.n), values);
}

/**
 * A sentence about {n} of something has a form for each plural category of the language: two in English, six in Arabic
 * (templates/_plural.html).
 *
 * @param {Element | null} definition
 * @returns {PluralForms}
 */
function formsIn(definition) {
  const forms = /** @type {NodeListOf<HTMLElement>} */ (definition?.querySelectorAll("[data-plural]") ?? []);
  const other = definition?.textContent.trim() ?? "";
  return Object.assign({ other }, ...Array.from(forms, (form) => ({ [form.dataset.plural ?? ""]: form.textContent.trim() })));
}

/** @typedef {Partial<Record<Intl.LDMLPluralRule, string>> & {other: string}} PluralForms */

/** @type {Intl.PluralRules | undefined} */
let rules;

/**
 * @param {PluralForms} forms
 * @param {string | number | undefined} n
 */
export function chooseForm(forms, n) {
  if (n === undefined) return forms.other;
  rules ??= new Intl.PluralRules(document.documentElement.lang || "en");
  return forms[rules.select(Number(n))] ?? forms.other;
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
