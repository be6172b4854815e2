// What a script says on the page is written, and translated, in the page's own template: <dl id="words">.

export function readWords(list) {
  const words = new Map();
  for (const term of list.querySelectorAll("dt")) {
    words.set(term.textContent.trim(), term.nextElementSibling.textContent.trim());
  }
  return (key, values = {}) => fill(words.get(key) ?? key, values);
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}
