// One element per entry, kept and in order: what somebody opened or focused stays theirs when others come and go.

/** make(id) builds an element, fill(element, entry, id) writes what changed. */
export function keyedList(place, make, forget = () => {}) {
  const kept = new Map();
  return function update(entries, fill) {
    const ids = new Set(entries.map(([id]) => id));
    for (const [id, element] of kept) {
      if (ids.has(id)) continue;
      forget(element);
      element.remove();
      kept.delete(id);
    }
    entries.forEach(([id, entry], index) => {
      if (!kept.has(id)) kept.set(id, make(id));
      const element = kept.get(id);
      // What has the focus stays where it is and the others go round it: whoever is moved loses it.
      if (element.contains(document.activeElement)) {
        while (place.children[index] !== element) place.append(place.children[index]);
      }
      if (place.children[index] !== element) place.insertBefore(element, place.children[index] ?? null);
      fill(element, entry, id);
    });
  };
}
