// The named places of a template: <p data-part="gap"> is parts.gap.

export function partsOf(root) {
  return Object.fromEntries(Array.from(root.querySelectorAll("[data-part]"), (part) => [part.dataset.part, part]));
}

/** Writes only what changed: a live region speaks again whenever its text is set. */
export function write(part, text) {
  if (part.textContent !== text) part.textContent = text;
}
