// What a script says on the page is written, and translated, in the page's own template: <dl id="messages">.

export function readMessages(list) {
  const messages = new Map();
  for (const term of list.querySelectorAll("dt")) {
    messages.set(term.textContent.trim(), term.nextElementSibling.textContent.trim());
  }
  return (key, values = {}) => fill(messages.get(key) ?? key, values);
}

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}
